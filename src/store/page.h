#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace sas {

// One page of a list, in the query's order. `next_cursor` is opaque text that continues where the page ended, even if
// rows are added or removed in between; none: the end of the list.
template <class T>
struct Page {
  std::vector<T> items;
  std::optional<std::string> next_cursor;
};

struct PageRequest {
  std::size_t limit = 50;  // 1..1000; the API checks it
  // From Page::next_cursor; anything else is invalid_argument "invalid_cursor".
  std::optional<std::string> cursor;
};

namespace store {

// Number of rows to request: one more than the page holds shows whether the list continues.
[[nodiscard]] inline std::int64_t rows_for(const PageRequest& page) {
  return static_cast<std::int64_t>(page.limit) + 1;
}

// Adds a row to the page. False: the page is full, and next_cursor is the cursor_of() its last item.
template <class T>
[[nodiscard]] bool add_row(Page<T>& page, const PageRequest& request, T row) {
  if (page.items.size() == request.limit) {
    page.next_cursor = cursor_of(page.items.back());
    return false;
  }
  page.items.push_back(std::move(row));
  return true;
}

}  // namespace store
}  // namespace sas
