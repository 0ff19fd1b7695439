#pragma once
// Keys and sessions as the API shows them, and their fields as it reads them. Never a key, except where it is made.

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>

#include "access/key_ring.h"
#include "domain/access_key.h"
#include "protocol/json_writer.h"
#include "store/page.h"
#include "store/sessions.h"

namespace sas::api {

// The fields of a key, within an object.
void write_fields(protocol::JsonWriter& out, const AccessKey& key);
void write(protocol::JsonWriter& out, const AccessKey& key);
// ["door"] or null.
void write(protocol::JsonWriter& out, const std::optional<std::vector<CameraId>>& cameras);

// A session with the key that it was begun with.
struct SessionView {
  Session session;
  std::shared_ptr<const AccessKey> key;  // none: that of the configuration
  bool is_current = false;               // the request's own
};
void write(protocol::JsonWriter& out, const SessionView& view);

// All errors are invalid_argument "invalid_field".
[[nodiscard]] Result<std::optional<std::vector<CameraId>>> read_cameras(const boost::json::object& object);
[[nodiscard]] Result<std::optional<Timestamp>> read_expires_at(const boost::json::object& object);
// A misspelled field must not silently mean "everything".
[[nodiscard]] Result<void> refuse_other_fields(const boost::json::object& object,
                                               std::initializer_list<std::string_view> known);

// One page of what was read whole, in the order of its ids. invalid_argument "invalid_cursor".
template <class Id, class T, class IdOf>
[[nodiscard]] Result<Page<T>> page_of(std::vector<T> all, const PageRequest& wanted, const IdOf& id_of) {
  std::ranges::sort(all, {}, id_of);
  auto first = all.begin();
  if (wanted.cursor) {
    const auto after = Id::parse(*wanted.cursor);
    if (!after)
      return Error::of(ErrorKind::invalid_argument, "invalid_cursor",
                       "cursor: is not one that this list gave");
    first = std::ranges::upper_bound(all, *after, {}, id_of);
  }
  const auto left = static_cast<std::size_t>(all.end() - first);
  const auto count = std::min(left, wanted.limit);
  Page<T> page;
  std::move(first, first + static_cast<std::ptrdiff_t>(count), std::back_inserter(page.items));
  if (count < left) page.next_cursor = id_of(page.items.back()).to_string();
  return page;
}

}  // namespace sas::api
