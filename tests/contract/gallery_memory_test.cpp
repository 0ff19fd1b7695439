#include "gallery/memory/memory_gallery.h"
#include "gallery_contract.h"

namespace sas {
namespace {

INSTANTIATE_TEST_SUITE_P(Memory, GalleryContract,
                         testing::Values(GalleryFactory{"Memory",
                                                        [] { return std::make_unique<MemoryGallery>(); }}),
                         [](const auto& instance) { return instance.param.name; });

}  // namespace
}  // namespace sas
