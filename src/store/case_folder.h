#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <locale.h>

#include "base/error.h"

namespace sas::store {

// Folds the case of UTF-8 text, letter by letter, for every alphabet (SQLite's NOCASE handles only ASCII). Does
// not expand letters (ß is not ss) and keeps accents. Bytes that are not UTF-8 are unchanged. Thread-safe.
class CaseFolder {
 public:
  // failed_precondition "locale_missing": the system lacks C.UTF-8.
  static Result<CaseFolder> create();

  [[nodiscard]] std::string fold(std::string_view text) const;

 private:
  struct Free {
    void operator()(locale_t locale) const { freelocale(locale); }
  };
  using Locale = std::unique_ptr<std::remove_pointer_t<locale_t>, Free>;
  explicit CaseFolder(Locale locale) : locale_(std::move(locale)) {}
  Locale locale_;
};

}  // namespace sas::store
