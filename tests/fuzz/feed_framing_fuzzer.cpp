// A live feed's framing (adapters/feed/line_framer.hpp) against a naive reading of the whole input, whatever the chunks it
// comes in, and the hello that its first line may be.

#include <algorithm>
#include <span>
#include <string>

#include "adapters/feed/line_framer.hpp"
#include "adapters/feed_server/hello.hpp"
#include "tests/fuzz/padded_line.hpp"
#include "tests/support/naive_lines.hpp"

namespace {

using namespace simtrail;
using Bytes = std::span<const std::uint8_t>;

/// How often a byte above 199 repeats the one before it: as lengths near the bound need; of empty lines a few are enough.
std::size_t repeats(std::uint8_t instruction, char repeated) {
    const std::size_t times =
        instruction < 228 ? (instruction - 200U) * 293U : feed::max_line_bytes + instruction - 242;
    return repeated == '\n' ? times % 16 : times;
}

/// Reads instructions: a byte of 0 to 199 is text itself, one above it repeats the byte before it; so that small inputs make
/// long lines.
std::string made_input(Bytes data) {
    std::string input;
    for (std::size_t i = 0; i < data.size() && input.size() < feed::max_line_bytes + 512; ++i) {
        if (data[i] < 200 || input.empty())
            input.push_back(static_cast<char>(data[i]));
        else
            input.append(repeats(data[i], input.back()), input.back());
    }
    return input;
}

class Chunks {
   public:
    explicit Chunks(Bytes sizes) : sizes_(sizes) {}
    std::size_t next() {
        constexpr std::size_t most_small = 48;  // thousands of them would only make it slow
        if (sizes_.empty() || at_ >= most_small) return 4096;
        const std::size_t size = sizes_[at_++ % sizes_.size()];
        return size * size / 8 + 1;  // 1 to 8 KiB, mostly small
    }

   private:
    Bytes sizes_;
    std::size_t at_ = 0;
};

void check_framing(std::string_view input, Chunks chunks) {
    const auto expected = testing::naive_lines(input);
    feed::LineFramer framer;
    std::size_t line_count = 0;
    const auto take = [&] {
        const auto lines = framer.lines();
        for (const feed::RawLine& line : lines) {
            fuzz::require(line_count < expected.size());
            const auto& naive = expected[line_count++];
            fuzz::require(line.text == naive.text && line.oversized == naive.oversized);
            fuzz::require(line.unterminated == naive.unterminated && line.number == line_count);
        }
        framer.taken(lines.size());
        fuzz::require(framer.last_number() == line_count);
    };
    while (!input.empty()) {
        const auto chunk = input.substr(0, chunks.next());
        std::ranges::copy(chunk, framer.room(chunk.size()).begin());
        framer.filled(chunk.size());
        input.remove_prefix(chunk.size());
        if (chunk.size() % 8 != 2) take();  // or with the next ones
    }
    framer.end();
    take();
    fuzz::require(line_count == expected.size());
}

void check_hello(std::string_view line) {
    if (!feed_server::means_hello(line)) return;
    const auto source = feed_server::parse_hello(line);
    if (!source) return;
    fuzz::require(!source->empty() && source->size() <= 4 * feed_server::max_source_name);
    fuzz::require(std::ranges::none_of(*source, [](char c) { return static_cast<unsigned char>(c) < 0x20; }));
    std::string quoted;
    for (const char c : *source) {
        if (c == '"' || c == '\\') quoted.push_back('\\');
        quoted.push_back(c);
    }
    fuzz::require(feed_server::parse_hello("{\"hello\":{\"source\":\"" + quoted + "\"}}") == *source);
}

}  // namespace

/// The input's first byte tells how many of the next ones are chunk sizes.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const Bytes rest{data + 1, size - 1};
    const std::size_t sizes = std::min<std::size_t>(data[0] % 16, rest.size());
    check_framing(made_input(rest.subspan(sizes)), Chunks(rest.first(sizes)));
    check_hello({reinterpret_cast<const char*>(rest.data()), rest.size()});
    return 0;
}
