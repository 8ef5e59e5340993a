#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace simtrail::ledger {

/// The words of a text in a form in which those that people would call the same are the same bytes: without case, accents,
/// width and punctuation; digits of any script as 0-9 (Unicode: compatibility decomposition, case folding). A number
/// stands alone ("YES4821" is two words); an apostrophe is no letter ("don't" is "dont"). Nothing where `text` is
/// no UTF-8.
std::vector<std::string> folded_words(std::string_view text);

}  // namespace simtrail::ledger
