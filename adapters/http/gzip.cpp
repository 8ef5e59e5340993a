#include "adapters/http/gzip.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <new>

namespace simtrail::http {

namespace {

constexpr int gzip_window_bits = 15 + 16;  // zlib's way to ask for gzip's header
constexpr int level = 4;                   // answers are made while somebody waits

class Deflater {
   public:
    Deflater() {
        if (deflateInit2(&stream_, level, Z_DEFLATED, gzip_window_bits, MAX_MEM_LEVEL - 1, Z_DEFAULT_STRATEGY) != Z_OK)
            throw std::bad_alloc();
    }
    ~Deflater() { deflateEnd(&stream_); }
    Deflater(const Deflater&) = delete;
    Deflater& operator=(const Deflater&) = delete;

    /// `bytes` compressed, all of it out. `flush`: Z_SYNC_FLUSH, or Z_FINISH for the last.
    std::string operator()(std::string_view bytes, int flush) {
        std::string out;
        std::array<char, 16 * 1024> buffer{};
        // NOLINTNEXTLINE(cppcoreguidelines-pro-type-const-cast): zlib does not write there
        stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
        stream_.avail_in = static_cast<uInt>(bytes.size());
        do {
            stream_.next_out = reinterpret_cast<Bytef*>(buffer.data());
            stream_.avail_out = static_cast<uInt>(buffer.size());
            deflate(&stream_, flush);
            out.append(buffer.data(), buffer.size() - stream_.avail_out);
        } while (stream_.avail_out == 0);
        return out;
    }

   private:
    z_stream stream_{};
};

class GzipSource final : public BodySource {
   public:
    explicit GzipSource(std::unique_ptr<BodySource> plain)
        : plain_(std::move(plain)), state_(std::make_shared<State>()) {}

    void next(Piece give) override {
        if (state_->ended) return give(std::nullopt);
        // The source may give from another thread, when this is gone: the state is shared.
        plain_->next([state = state_, give = std::move(give)](const std::optional<std::string>& piece) mutable {
            state->ended = !piece;
            give(state->deflate(piece.value_or(std::string()), piece ? Z_SYNC_FLUSH : Z_FINISH));
        });
    }

   private:
    struct State {
        Deflater deflate;
        bool ended = false;
    };
    std::unique_ptr<BodySource> plain_;
    std::shared_ptr<State> state_;
};

/// "q=0", "q=0.000": not wanted.
bool is_refused(std::string_view parameters) {
    const auto at = parameters.find("q=");
    if (at == std::string_view::npos) return false;
    return trimmed(parameters.substr(at + 2)).find_first_not_of("0.") == std::string_view::npos;
}

}  // namespace

bool accepts_gzip(const Request& request) {
    bool any = false;
    for (auto rest = find_header(request.headers, "Accept-Encoding"); !rest.empty();) {
        const auto item = rest.substr(0, rest.find(','));
        rest.remove_prefix(std::min(item.size() + 1, rest.size()));
        const auto coding = trimmed(item.substr(0, item.find(';')));
        const bool taken = !is_refused(item.substr(std::min(item.size(), item.find(';'))));
        if (same_letters(coding, "gzip") || same_letters(coding, "x-gzip")) return taken;
        if (coding == "*") any = taken;
    }
    return any;
}

bool gzip_if_accepted(const Request& request, Response& response) {
    if (!response.stream && response.body.size() < least_gzip_bytes) return false;
    response.headers.emplace_back("Vary", "Accept-Encoding");
    if (!accepts_gzip(request)) return false;
    if (response.stream)
        response.stream = std::make_unique<GzipSource>(std::move(response.stream));
    else
        response.body = Deflater{}(response.body, Z_FINISH);
    response.headers.emplace_back("Content-Encoding", "gzip");
    return true;
}

}  // namespace simtrail::http
