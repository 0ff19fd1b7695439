#pragma once
// Reads rows of people of any database. A row must have id<Id>, text, real and time, each by column.

#include <string>

#include "domain/person.h"
#include "store/cursor.h"
#include "store/people.h"

namespace sas {

// The cursor of the page after this item.
[[nodiscard]] inline std::string cursor_of(const PersonDetails& last) {
  return store::to_text(store::PersonCursor{last.person.code});
}

namespace store {

// The columns that read_person() expects.
inline constexpr char kPersonColumns[] = "id, organisation_id, code, name, created_at, updated_at";

template <class Row>
[[nodiscard]] Person read_person(const Row& row) {
  return {
      .id = row.template id<PersonId>(0),
      .organisation = row.template id<OrganisationId>(1),
      .code = row.text(2),
      .name = row.text(3),
      .created_at = row.time(4),
      .updated_at = row.time(5),
  };
}

// The columns that read_face() expects.
inline constexpr char kFaceColumns[] = "id, model, quality, created_at";

template <class Row>
[[nodiscard]] FaceSummary read_face(const Row& row) {
  return {row.template id<FaceId>(0), ModelId{row.text(1)}, row.real(2), row.time(3)};
}

}  // namespace store
}  // namespace sas
