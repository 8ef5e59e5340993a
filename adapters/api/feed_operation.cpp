#include "adapters/api/feed_operation.hpp"

#include <expected>
#include <string>
#include <utility>

#include "adapters/api/media_type.hpp"
#include "adapters/api/operations.hpp"
#include "engine/geojson/text.hpp"

namespace simtrail::api {

namespace {

bool is_csv(const http::Request& request) noexcept {
    return http::same_letters(bare_media_type(http::find_header(request.headers, "Content-Type")), "text/csv");
}

http::Response totals_answer(const std::expected<runtime::UploadTotals, std::string>& totals) {
    if (!totals)
        return error_answer(
            unavailable("it is not sure that all lines were kept: send them again, no line counts twice"));
    std::string data = R"({"accepted":)";
    geojson::append_integer(data, static_cast<std::int64_t>(totals->accepted));
    data += R"(,"dropped":)";
    geojson::append_integer(data, static_cast<std::int64_t>(totals->dropped));
    data += R"(,"rejected":)";
    geojson::append_integer(data, static_cast<std::int64_t>(totals->rejected));
    data += '}';
    return data_answer(200, data);
}

class FeedConsumer : public http::BodyConsumer {
   public:
    explicit FeedConsumer(std::unique_ptr<runtime::FeedUpload> upload) : upload_(std::move(upload)) {}

    void take(std::string bytes, std::move_only_function<void()> ready) override {
        upload_->take(std::move(bytes), std::move(ready));
    }
    void finish(http::Reply reply) override {
        upload_->finish(
            [reply = std::move(reply)](const std::expected<runtime::UploadTotals, std::string>& totals) mutable {
                reply(totals_answer(totals));
            });
    }

   private:
    std::unique_ptr<runtime::FeedUpload> upload_;
};

class RefusingConsumer : public http::BodyConsumer {
   public:
    explicit RefusingConsumer(Problem problem) : problem_(std::move(problem)) {}

    void take(std::string, std::move_only_function<void()> ready) override { ready(); }
    void finish(http::Reply reply) override { reply(error_answer(std::move(problem_))); }

   private:
    Problem problem_;
};

}  // namespace

std::unique_ptr<http::BodyConsumer> make_feed_consumer(const Desks& desks, const http::Request& request) {
    return std::make_unique<FeedConsumer>(desks.feed.open_upload(is_csv(request)));
}

std::unique_ptr<http::BodyConsumer> make_refusing_consumer(Problem problem) {
    return std::make_unique<RefusingConsumer>(std::move(problem));
}

void feed_events(const Desks& desks, Call call) {
    // Shared, for the upload lives until it is finished, and the parts of the chain own one another in turn.
    const std::shared_ptr<runtime::FeedUpload> upload = desks.feed.open_upload(is_csv(call.request));
    const auto reply = std::make_shared<http::Reply>(std::move(call.reply));
    const auto finish = [upload, reply] {
        upload->finish([upload, reply](const std::expected<runtime::UploadTotals, std::string>& totals) {
            (*reply)(totals_answer(totals));
        });
    };
    if (call.request.body.empty()) return finish();
    upload->take(std::move(call.request.body), finish);
}

}  // namespace simtrail::api
