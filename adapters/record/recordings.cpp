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

constexpr std::string_view extension = ".ndjson", unfinished = ".erasing";

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

    /// A line that cannot be read too: it may be theirs, and is worth nothing.
    bool takes(const std::string& text) {
        const Json line = Json::parse(text, nullptr, false);
        if (!line.is_object()) return true;
        const std::string type = text_of(line, "type");
        if (type == "sms") return numbers_.contains(text_of(line, "from"));
        if (type == "control") return takes_call(line);
        return numbers_.contains(text_of(line, "msisdn"));
    }

   private:
    bool takes_call(const Json& line) {
        const Json body = line.value("body", Json::object());
        const std::string tenant = text_of(line, "tenant"), path = text_of(line, "path");
        if (text_of(line, "op") != "createSimTrack") {
            if (const std::string whose = text_of(line, "msisdn"); !whose.empty()) return numbers_.contains(whose);
            return numbers_.contains(path) || tracks_.contains({tenant, path});
        }
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

/// To `temporary`, durably. Whether there is less of it.
bool copy_without(const fs::path& path, const fs::path& temporary, Erasure& erasure) {
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
    if (in.bad()) fail(path, EIO);  // else the rest of the day would be gone
    if (std::fflush(out.get()) != 0 || ::fsync(file) != 0) fail(temporary, errno);
    return changed;
}

void rewrite(const fs::path& path, Erasure& erasure) {
    const fs::path temporary = path.string() + std::string(unfinished);
    try {
        if (copy_without(path, temporary, erasure)) return fs::rename(temporary, path);
    } catch (...) {
        std::error_code error;  // one that cannot go is tried again with the next erasure
        fs::remove(temporary, error);
        throw;
    }
    fs::remove(temporary);
}

}  // namespace

void fail(const fs::path& path, int error) {
    throw std::runtime_error(path.string() + ": " + std::generic_category().message(error));
}

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

void remove_unfinished_erasures(const fs::path& folder) {
    std::vector<fs::path> left;
    for (const auto& entry : fs::directory_iterator(folder))
        if (entry.path().extension() == unfinished && is_recording(entry.path().stem())) left.push_back(entry.path());
    for (const fs::path& path : left) fs::remove(path);
}

void make_names_durable(const fs::path& folder) {
    const int names = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool done = names >= 0 && ::fsync(names) == 0;
    const int error = errno;
    if (names >= 0) ::close(names);
    if (!done) fail(folder, error);
}

void erase_from_recordings(const fs::path& folder, const std::vector<Msisdn>& subscribers) {
    if (!fs::exists(folder)) return;
    remove_unfinished_erasures(folder);
    Erasure erasure(subscribers);
    std::string failed;
    for (const fs::path& path : recordings_in(folder)) {
        try {
            rewrite(path, erasure);
        } catch (const std::exception& error) {  // the other days can do without them already
            failed = error.what();
        }
    }
    if (!failed.empty()) throw std::runtime_error(failed);
    make_names_durable(folder);
}

}  // namespace simtrail::record
