// The gallery contract on pgvector, and that its index never changes the answer of a full scan.

#include <set>

#include "fixtures/run_task.h"
#include "fixtures/synthetic_faces.h"
#include "gallery/pgvector/pgvector_gallery.h"
#include "gallery_contract.h"
#include "postgres_databases.h"
#include "store/postgres/postgres_store.h"

namespace sas {
namespace {

// Templates are the store's own rows and need an existing person, so this gallery enrols them first.
class EnrollingGallery final : public Gallery {
 public:
  explicit EnrollingGallery(PgvectorOptions options = {})
      : pool_(make_pool(postgres_server().create_database())),
        store_(PostgresStore::open(pool_).value()),
        gallery_(PgvectorGallery::open(pool_, options).value()),
        options_(options) {}

  // Building the index after inserting many templates is far faster.
  Task<Result<void>> fill(const std::vector<GalleryEntry>& entries) {
    const auto drop = [](postgres::Connection& connection) {
      return connection.script("DROP INDEX IF EXISTS face_templates_hnsw");
    };
    auto dropping = pool_->with<void>(drop);
    const auto dropped = co_await std::move(dropping);
    if (!dropped) co_return dropped.error();
    for (std::size_t i = 0; i < entries.size(); i += 500) {
      const auto from = entries.begin() + static_cast<std::ptrdiff_t>(i);
      const auto to = entries.begin() + static_cast<std::ptrdiff_t>(std::min(i + 500, entries.size()));
      std::vector<GalleryEntry> batch(from, to);
      auto adding = add(std::move(batch));
      const auto added = co_await std::move(adding);
      if (!added) co_return added.error();
    }
    co_return Result<void>{};
  }
  void make_index() { gallery_ = PgvectorGallery::open(pool_, options_).value(); }

  [[nodiscard]] Task<Result<std::vector<GalleryAnswer>>> search(GalleryPartition partition,
                                                                std::span<const Embedding> probes) override {
    return gallery_->search(std::move(partition), probes);
  }
  [[nodiscard]] Task<Result<void>> add(std::vector<GalleryEntry> entries) override {
    std::vector<std::optional<Uuid>> organisations;
    std::vector<std::optional<Uuid>> people;
    std::set<PersonId> seen;
    for (const GalleryEntry& entry : entries) {
      if (!seen.insert(entry.person).second) continue;
      organisations.emplace_back(entry.partition.organisation.value());
      people.emplace_back(entry.person.value());
    }
    const auto work = [&](postgres::Connection& connection) {
      std::vector<postgres::Command> commands;
      commands.push_back(
          {"INSERT INTO organisations SELECT DISTINCT o, 'other', now() FROM unnest($1::uuid[]) o "
           "ON CONFLICT DO NOTHING",
           postgres::Parameters().add_array(organisations)});
      commands.push_back(
          {"INSERT INTO persons SELECT p, o, p::text, 'P', '', now(), now() "
           "FROM unnest($1::uuid[], $2::uuid[]) AS one (o, p) ON CONFLICT DO NOTHING",
           postgres::Parameters().add_array(organisations).add_array(people)});
      return connection.run(std::move(commands));
    };
    auto enrolling = pool_->with<std::vector<postgres::Rows>>(work);
    const auto enrolled = co_await std::move(enrolling);
    if (!enrolled) co_return enrolled.error();
    auto adding = gallery_->add(std::move(entries));
    co_return co_await std::move(adding);
  }
  [[nodiscard]] Task<Result<void>> remove_face(FaceId face) override { return gallery_->remove_face(face); }
  [[nodiscard]] Task<Result<void>> remove_person(PersonId person) override {
    return gallery_->remove_person(person);
  }
  [[nodiscard]] Task<Result<EnrolledProbes>> probe_enrolled(GalleryPartition partition,
                                                            std::size_t most) override {
    return gallery_->probe_enrolled(std::move(partition), most);
  }
  [[nodiscard]] Task<Result<std::size_t>> prepare(GalleryPartition partition, std::size_t most) override {
    return gallery_->prepare(std::move(partition), most);
  }
  [[nodiscard]] GalleryStats stats() const override { return gallery_->stats(); }
  [[nodiscard]] PgvectorGallery& inner() { return *gallery_; }

 private:
  std::shared_ptr<postgres::Pool> pool_;
  std::unique_ptr<PostgresStore> store_;
  std::unique_ptr<PgvectorGallery> gallery_;
  PgvectorOptions options_;
};

std::vector<GalleryFactory> factories() {
  if (test::PostgresServer::missing()) return {};
  return {{"Pgvector", [] { return std::make_unique<EnrollingGallery>(); }}};
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(GalleryContract);
INSTANTIATE_TEST_SUITE_P(Pgvector, GalleryContract, testing::ValuesIn(factories()),
                         [](const auto& instance) { return instance.param.name; });

class PgvectorExactness : public testing::Test {
 protected:
  template <class T>
  static T await(Task<Result<T>> task) {
    return test::run_task(std::move(task)).value();
  }
};

// The person found must be the one a scan finds, at every relevant similarity; an index alone misses people
// at 0.4.
TEST_F(PgvectorExactness, FindsExactlyThePeopleAScanFinds) {
  if (const auto missing = test::PostgresServer::missing()) GTEST_SKIP() << *missing;
  constexpr std::uint32_t kPeople = SAS_PGVECTOR_PEOPLE;
  PgvectorOptions options;
  options.confirm_below = 0.4F;
  EnrollingGallery gallery(options);
  const GalleryPartition partition{kOrganisation, {"model@1"}};
  test::SyntheticFaces faces(7);
  std::vector<GalleryEntry> entries;
  const Timestamp now = SystemClock().now();
  for (std::uint32_t i = 0; i < kPeople; ++i)
    entries.push_back({partition, PersonId::make(now), FaceId::make(now), faces.identity()});
  await<void>(gallery.fill(entries));
  gallery.make_index();
  for (const double similarity : {0.4, 0.6, 0.8}) {
    constexpr std::size_t kProbes = 100;
    std::vector<Embedding> probes;
    for (std::size_t i = 0; i < kProbes; ++i)
      probes.push_back(faces.probe(entries[(i * 97) % entries.size()].embedding, similarity));
    const auto answers = await<std::vector<GalleryAnswer>>(gallery.search(partition, probes));
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < kProbes; ++i) {
      const GalleryEntry* best = nullptr;
      float highest = -2;
      for (const GalleryEntry& entry : entries) {
        const float one = cosine(entry.embedding, probes[i]);
        if (one > highest) {
          highest = one;
          best = &entry;
        }
      }
      wrong += answers[i].best && answers[i].best->face == best->face ? 0 : 1;
    }
    EXPECT_EQ(wrong, 0U) << "at cosine " << similarity;
    const auto all = gallery.inner().confirmations();
    RecordProperty("confirmed_of_all_at_" + std::to_string(similarity),
                   std::to_string(all.confirmed) + " of " + std::to_string(all.probes));
  }
}

}  // namespace
}  // namespace sas
