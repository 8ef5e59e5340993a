#include "adapters/feed/byte_source.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <random>
#include <thread>

#include "tests/adapters/feed/decoding.hpp"
#include "tests/support/temporary_folder.hpp"

namespace simtrail::feed {
namespace {

/// One gzip member.
std::string gzip(std::string_view text) {
    z_stream stream{};
    EXPECT_EQ(::deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
    std::string packed(::deflateBound(&stream, text.size()), '\0');
    std::string input(text);  // zlib's pointers are not const
    stream.next_in = reinterpret_cast<Bytef*>(input.data());
    stream.avail_in = static_cast<uInt>(input.size());
    stream.next_out = reinterpret_cast<Bytef*>(packed.data());
    stream.avail_out = static_cast<uInt>(packed.size());
    EXPECT_EQ(::deflate(&stream, Z_FINISH), Z_STREAM_END);
    packed.resize(stream.total_out);
    ::deflateEnd(&stream);
    return packed;
}

/// Text that packs badly, so that most of the packed bytes are data.
std::string noise(std::size_t size, std::uint64_t seed = 1) {
    std::mt19937_64 random(seed);
    std::string text(size, '\0');
    for (auto& c : text) c = static_cast<char>(' ' + random() % 64);
    return text;
}

/// What came out of a source, and how it ended.
struct Contents {
    std::string text;
    std::optional<std::string> damage;
    std::uint64_t total = 0;
    std::uint64_t consumed = 0;
};

Contents contents_of(ByteSource& source, std::size_t step = 4093) {
    auto text = read_all(source, step);
    return {std::move(text), source.truncated(), source.total_bytes(), source.consumed_bytes()};
}

class ByteSources : public ::testing::Test {
   protected:
    Contents contents(const std::string& bytes, std::size_t step = 4093) {
        const auto source = open_bytes(folder.write("feed", bytes));
        EXPECT_TRUE(source) << source.error();
        return source ? contents_of(**source, step) : Contents{};
    }

    simtrail::testing::TemporaryFolder folder;
    const std::string text = noise(700'000);
};

TEST_F(ByteSources, PlainFilesComeAsTheyAre) {
    for (const std::size_t size : {1, 2, 3, 4093, 700'000}) {
        const auto read = contents(text.substr(0, size));
        EXPECT_EQ(read.text, text.substr(0, size));
        EXPECT_FALSE(read.damage);
        EXPECT_EQ(read.total, size);
        EXPECT_EQ(read.consumed, size);
    }
}

TEST_F(ByteSources, EmptyFilesAreEmpty) {
    const auto read = contents("");
    EXPECT_EQ(read.text, "");
    EXPECT_FALSE(read.damage);
    EXPECT_EQ(read.total, 0);
}

TEST_F(ByteSources, AReadOfOneByteSeesTheFirstBytesOnce) { EXPECT_EQ(contents("abcdef", 1).text, "abcdef"); }

TEST_F(ByteSources, GzipIsUnpacked) {
    const auto packed = gzip(text);
    for (const std::size_t step : {1'000'003, 4093, 100}) {
        const auto read = contents(packed, step);
        EXPECT_EQ(read.text, text);
        EXPECT_FALSE(read.damage);
        EXPECT_EQ(read.total, packed.size());
        EXPECT_EQ(read.consumed, packed.size());
    }
}

TEST_F(ByteSources, GzipMembersFollowOneAnother) {
    EXPECT_EQ(contents(gzip(text) + gzip("") + gzip("tail")).text, text + "tail");
    EXPECT_FALSE(contents(gzip("a") + gzip("")).damage);
}

TEST_F(ByteSources, ZerosAfterAMemberArePadding) {
    const auto read = contents(gzip("a") + std::string(600'000, '\0') + gzip("b") + std::string(3, '\0'));
    EXPECT_EQ(read.text, "ab");
    EXPECT_FALSE(read.damage);
}

/// Every cut keeps a piece of the beginning, longer cuts no less of it, and says so; only the whole is undamaged.
TEST_F(ByteSources, GzipCutShortAtAnyByteKeepsWhatCameBefore) {
    const auto first = noise(300, 2), second = noise(200, 3);
    const auto packed = gzip(first) + gzip(second);
    const auto boundary = gzip(first).size();
    const auto cut_at = [](std::size_t size) { return ": ends within a gzip member, at byte " + std::to_string(size); };
    std::size_t kept = 0;
    for (std::size_t size = 2; size <= packed.size(); ++size) {  // one byte of the magic is not gzip yet
        const auto read = contents(packed.substr(0, size), 7);
        EXPECT_TRUE((first + second).starts_with(read.text)) << size;
        EXPECT_GE(read.text.size(), kept) << size;
        EXPECT_EQ(read.damage.has_value(), size != boundary && size != packed.size()) << size;
        EXPECT_THAT(read.damage.value_or(cut_at(size)), ::testing::HasSubstr(cut_at(size)));
        EXPECT_EQ(read.consumed, size);
        kept = read.text.size();
    }
    EXPECT_EQ(kept, first.size() + second.size());
}

TEST_F(ByteSources, ACorruptMiddleKeepsWhatCameBefore) {
    auto packed = gzip(text);
    const auto middle = packed.size() / 2;
    for (std::size_t i = 0; i < 2000; ++i) packed[middle + i] = static_cast<char>(~packed[middle + i]);
    const auto read = contents(packed);
    ASSERT_TRUE(read.damage);
    EXPECT_NE(read.damage->find(folder.file("feed") + ": corrupt gzip: "), std::string::npos) << *read.damage;
    EXPECT_GT(read.text.size(), text.size() / 3);
    EXPECT_EQ(read.text.substr(0, text.size() / 3), text.substr(0, text.size() / 3));
}

TEST_F(ByteSources, AWrongChecksumIsDamage) {
    auto packed = gzip(text);
    packed[packed.size() - 5] = static_cast<char>(~packed[packed.size() - 5]);
    const auto read = contents(packed);
    EXPECT_EQ(read.text, text);
    ASSERT_TRUE(read.damage);
    EXPECT_NE(read.damage->find("incorrect data check"), std::string::npos) << *read.damage;
}

TEST_F(ByteSources, GarbageAfterTheEndIsDamageAndNoText) {
    const auto read = contents(gzip(text) + "garbage");
    EXPECT_EQ(read.text, text);
    ASSERT_TRUE(read.damage);
    EXPECT_NE(read.damage->find("corrupt gzip"), std::string::npos) << *read.damage;
}

TEST_F(ByteSources, ADirectoryIsAnErrorWithItsPath) {
    const auto source = open_bytes(folder.file("."));
    ASSERT_FALSE(source);
    EXPECT_EQ(source.error(), folder.file(".") + ": Is a directory");
}

TEST_F(ByteSources, AMissingFileIsAnErrorWithItsPath) {
    const auto source = open_bytes(folder.file("none"));
    ASSERT_FALSE(source);
    EXPECT_EQ(source.error(), folder.file("none") + ": No such file or directory");
}

TEST_F(ByteSources, APipeIsReadToItsEndInWhateverPiecesItComes) {
    const auto path = folder.file("pipe");
    ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
    for (const std::string& bytes : {text, gzip(text)}) {
        const std::jthread writer([&] {
            const int pipe = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
            EXPECT_EQ(::write(pipe, bytes.data(), 1), 1);  // half of the magic
            for (std::size_t at = 1; at < bytes.size();) {
                const auto size = ::write(pipe, bytes.data() + at, std::min<std::size_t>(bytes.size() - at, 9973));
                if (size <= 0) break;
                at += static_cast<std::size_t>(size);
            }
            ::close(pipe);
        });
        const auto source = open_bytes(path);
        ASSERT_TRUE(source) << source.error();
        const auto read = contents_of(**source);
        EXPECT_EQ(read.text, text);
        EXPECT_FALSE(read.damage);
        EXPECT_EQ(read.total, 0);
        EXPECT_EQ(read.consumed, bytes.size());
    }
}

TEST_F(ByteSources, ADashIsStandardInputAndStaysOpen) {
    const int file = ::open(folder.write("feed", gzip(text)).c_str(), O_RDONLY | O_CLOEXEC);
    const int own_input = ::dup(STDIN_FILENO);
    ASSERT_GE(file, 0);
    ASSERT_EQ(::dup2(file, STDIN_FILENO), STDIN_FILENO);
    {
        const auto source = open_bytes("-");
        ASSERT_TRUE(source) << source.error();
        EXPECT_EQ(contents_of(**source).text, text);
    }
    EXPECT_NE(::fcntl(STDIN_FILENO, F_GETFD), -1);
    if (own_input >= 0) ::dup2(own_input, STDIN_FILENO);
    ::close(own_input);
    ::close(file);
}

}  // namespace
}  // namespace simtrail::feed
