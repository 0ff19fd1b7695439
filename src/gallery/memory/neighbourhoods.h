#pragma once
// Which templates' neighbourhoods a change of the gallery touches. Each belongs to a template, not to a person: it
// corrects the cosine of one template, and a person's photographs may lie in different crowds.

#include <cstddef>
#include <cstring>
#include <vector>

#include "gallery/memory/chunk.h"

namespace sas::gallery {

// A row that came or went.
struct ChangedRow {
  ChangedRow(PersonId whose, StoredView row) : person(whose) {
    std::memcpy(stored.coarse.data(), row.coarse, kCoarseBytes);
    std::memcpy(stored.fine.data(), row.fine, kFineBytes);
  }

  PersonId person;
  StoredVector stored;
};

// Forgets the neighbourhoods that contain one of those rows, or should. Reads the coarse bits of every row whose
// neighbourhood is known, for each change: about 25 nanoseconds a row. After many changes it forgets all of them. The
// single writer calls it before the view is published.
void forget_neighbourhoods(const PartitionView& view, const std::vector<ChangedRow>& changed);

}  // namespace sas::gallery
