#pragma once

#include <optional>
#include <string>
#include <string_view>

// Which of Kannel's codings a text needs, and what the bytes of one from Kannel say.
namespace simtrail::sms::kannel {

/// Whether every character is in GSM 03.38's alphabet or its extension table, so that seven bits carry it. `text`: UTF-8.
bool is_gsm_text(std::string_view text);

/// UTF-8 out of `bytes`, whose charset is named as Kannel's %C names it (any case): UTF-8, UTF-16BE (or UCS-2), ISO-8859-1,
/// US-ASCII. What is malformed becomes U+FFFD. In another charset plain ASCII alone is read; else nothing: a binary message.
std::optional<std::string> utf8_of(std::string_view bytes, std::string_view charset);

}  // namespace simtrail::sms::kannel
