#include "storage/outbox_depths.hpp"

#include "storage/connection.hpp"

namespace simtrail::storage {

namespace {

std::string counting(const std::string& what) {
    return "SELECT count(*) FROM (SELECT 1 FROM " + what + " LIMIT " + std::to_string(OutboxDepths::most) + ")";
}

std::size_t counted(Statement& statement) {
    statement.step();
    const auto count = static_cast<std::size_t>(statement.number(0));
    statement.reset();
    return count;
}

}  // namespace

OutboxDepths::OutboxDepths(const std::string& path)
    : database_(open_reading(path)),
      callbacks_(database_, counting("callback_outbox INDEXED BY callback_of_lane WHERE dead = 0")),
      dead_callbacks_(database_, counting("callback_outbox INDEXED BY callback_dead WHERE dead = 1")),
      texts_(database_, counting("text_outbox INDEXED BY text_waiting WHERE accepted = 0")) {}

OutboxDepths::Depths OutboxDepths::look() {
    try {
        return {.callbacks = counted(callbacks_), .dead_callbacks = counted(dead_callbacks_), .texts = counted(texts_)};
    } catch (const StoreError&) {
        return {};
    }
}

}  // namespace simtrail::storage
