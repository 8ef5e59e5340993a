#include "adapters/record/recordings.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <utility>

namespace simtrail::record {

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr std::string_view extension = ".ndjson";

bool is_recording(const fs::path& path) {
    constexpr std::string_view form = "0000-00-00";
    const std::string day = path.stem().string();
    return path.extension() == extension && std::ranges::equal(day, form, [](char c, char like) {
               return like == '-' ? c == '-' : c >= '0' && c <= '9';
           });
}

std::string text_of(const Json& object, const char* name) {
    if (!object.is_object()) return {};
    const auto found = object.find(name);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// Tells the lines of some subscribers from the others', in the order in which they were recorded.
class Erasure {
   public:
    explicit Erasure(const std::vector<Msisdn>& subscribers) {
        for (const Msisdn msisdn : subscribers) numbers_.insert(msisdn.text());
    }

    bool takes(const std::string& text) {
        const Json line = Json::parse(text, nullptr, false);
        if (!line.is_object()) return false;
        const std::string type = text_of(line, "type");
        if (type == "sms") return numbers_.contains(text_of(line, "from"));
        if (type == "control") return takes_call(line);
        return numbers_.contains(text_of(line, "msisdn"));
    }

   private:
    bool takes_call(const Json& line) {
        const Json body = line.value("body", Json::object());
        const std::string tenant = text_of(line, "tenant"), path = text_of(line, "path");
        if (text_of(line, "op") != "createSimTrack") return numbers_.contains(path) || tracks_.contains({tenant, path});
        const bool theirs = numbers_.contains(text_of(body, "msisdn"));
        for (const auto& name : {text_of(body, "trackName"), text_of(line, "trackId")}) {
            if (theirs)
                tracks_.emplace(tenant, name);
            else
                tracks_.erase({tenant, name});  // another's from here on
        }
        return theirs;
    }

    std::set<std::string> numbers_;
    std::set<std::pair<std::string, std::string>> tracks_;  // of a tenant, by name and by id
};

[[noreturn]] void fail(const fs::path& path, int error) {
    throw std::runtime_error(path.string() + ": " + std::generic_category().message(error));
}

void rewrite(const fs::path& path, Erasure& erasure) {
    const fs::path temporary = path.string() + ".erasing";
    std::unique_ptr<std::FILE, int (*)(std::FILE*)> out(nullptr, std::fclose);
    const int file = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (file < 0) fail(temporary, errno);
    out.reset(::fdopen(file, "w"));
    std::ifstream in(path, std::ios::binary);
    if (!in) fail(path, EIO);
    bool changed = false;
    for (std::string line; std::getline(in, line);) {
        if (erasure.takes(line)) {
            changed = true;
            continue;
        }
        line += '\n';
        if (std::fwrite(line.data(), 1, line.size(), out.get()) != line.size()) fail(temporary, errno);
    }
    if (std::fflush(out.get()) != 0 || ::fsync(file) != 0) fail(temporary, errno);
    if (changed)
        fs::rename(temporary, path);
    else
        fs::remove(temporary);
}

}  // namespace

fs::path file_of_day(const fs::path& folder, std::int64_t now_ms) {
    const std::chrono::sys_time<std::chrono::milliseconds> now{std::chrono::milliseconds(now_ms)};
    const std::chrono::year_month_day day{std::chrono::floor<std::chrono::days>(now)};
    std::array<char, 32> name{};
    std::snprintf(name.data(), name.size(), "%04d-%02u-%02u", static_cast<int>(day.year()),
                  static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()));
    return folder / (std::string(name.data()) + std::string(extension));
}

std::vector<fs::path> recordings_in(const fs::path& folder) {
    std::vector<fs::path> paths;
    std::error_code error;
    for (fs::directory_iterator entry(folder, error); !error && entry != fs::directory_iterator();
         entry.increment(error))
        if (is_recording(entry->path())) paths.push_back(entry->path());
    std::ranges::sort(paths);
    return paths;
}

void erase_from_recordings(const fs::path& folder, const std::vector<Msisdn>& subscribers) {
    Erasure erasure(subscribers);
    for (const fs::path& path : recordings_in(folder)) rewrite(path, erasure);
}

}  // namespace simtrail::record
