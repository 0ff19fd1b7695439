#include "gallery/memory/memory_gallery.h"
#include "tests/contract/gallery_contract.h"

namespace sas::test {
namespace {

INSTANTIATE_TEST_SUITE_P(Memory, GalleryContract,
                         testing::Values(GalleryFactory{"memory", [] { return std::make_unique<MemoryGallery>(); }}),
                         testing::PrintToStringParamName());

}  // namespace
}  // namespace sas::test
