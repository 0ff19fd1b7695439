#include "gallery_contract.h"

#include <atomic>
#include <thread>

namespace sas {
namespace {

TEST_P(GalleryContract, AnEmptyGalleryFindsNobody) {
  const GalleryAnswer answer = search(random_embedding());
  EXPECT_FALSE(answer.best);
  EXPECT_FALSE(answer.runner_up);
  EXPECT_EQ(gallery_->stats().faces, 0U);
  EXPECT_EQ(gallery_->stats().people, 0U);
}

TEST_P(GalleryContract, NoProbesNoAnswers) {
  add(1, 1, random_embedding());
  EXPECT_TRUE(search(std::vector<Embedding>{}).empty());
}

TEST_P(GalleryContract, FindsTheBestAndTheRunnerUp) {
  const Embedding a = random_embedding();
  const Embedding b = near(a, 0.7);
  add(1, 1, a);
  EXPECT_FALSE(search(a).runner_up);  // there is no other person
  add(2, 2, b);
  add(3, 3, random_embedding());
  const Embedding probe = near(a, 0.95);
  const GalleryAnswer answer = search(probe);
  ASSERT_TRUE(answer.best);
  ASSERT_TRUE(answer.runner_up);
  EXPECT_EQ(answer.best->person, person(1));
  EXPECT_EQ(answer.best->face, face(1));
  EXPECT_NEAR(answer.best->similarity, cosine(a, probe), kSimilarityTolerance);
  EXPECT_EQ(answer.runner_up->person, person(2));
  EXPECT_EQ(answer.runner_up->face, face(2));
  EXPECT_NEAR(answer.runner_up->similarity, cosine(b, probe), kSimilarityTolerance);
}

TEST_P(GalleryContract, ReportsNegativeSimilaritiesToo) {
  const Embedding a = random_embedding();
  std::vector<float> opposite(a.values().begin(), a.values().end());
  for (auto& value : opposite) value = -value;
  add(1, 1, a);
  add(2, 2, a);
  const GalleryAnswer answer = search(Embedding::normalised(opposite).value());
  ASSERT_TRUE(answer.best && answer.runner_up);
  EXPECT_NEAR(answer.best->similarity, -1.0F, kSimilarityTolerance);
}

TEST_P(GalleryContract, SeveralTemplatesOfOnePersonCountAsOnePerson) {
  const Embedding a = random_embedding();
  std::vector<GalleryEntry> entries;
  for (std::uint32_t i = 0; i < 100; ++i)
    entries.push_back({partition(), person(1), face(100 + i), near(a, 0.9)});
  entries.push_back({partition(), person(1), face(7), near(a, 0.99)});
  entries.push_back({partition(), person(2), face(8), near(a, 0.3)});
  add(entries);
  const GalleryAnswer answer = search(a);
  ASSERT_TRUE(answer.best && answer.runner_up);
  EXPECT_EQ(answer.best->person, person(1));
  EXPECT_EQ(answer.best->face, face(7));
  EXPECT_EQ(answer.runner_up->person, person(2));
  EXPECT_NEAR(answer.runner_up->similarity, 0.3F, 0.01F);
  EXPECT_EQ(gallery_->stats().faces, 102U);
  EXPECT_EQ(gallery_->stats().people, 2U);
}

TEST_P(GalleryContract, EqualSimilarityGoesToTheSmallerFace) {
  const Embedding a = random_embedding();
  for (const std::uint32_t which : {5U, 3U, 9U, 4U}) add(which, which, a);
  const GalleryAnswer answer = search(a);
  ASSERT_TRUE(answer.best && answer.runner_up);
  EXPECT_EQ(answer.best->face, face(3));
  EXPECT_EQ(answer.runner_up->face, face(4));
}

TEST_P(GalleryContract, AnswersEveryProbeInOrder) {
  std::vector<GalleryEntry> entries;
  std::vector<Embedding> probes;
  for (std::uint32_t i = 0; i < 40; ++i) {
    entries.push_back({partition(), person(i + 1), face(i + 1), random_embedding()});
    probes.push_back(near(entries.back().embedding, 0.8));
  }
  add(entries);
  const auto answers = search(probes);
  ASSERT_EQ(answers.size(), probes.size());
  for (std::uint32_t i = 0; i < 40; ++i) {
    ASSERT_TRUE(answers[i].best);
    EXPECT_EQ(answers[i].best->person, person(i + 1));
  }
}

TEST_P(GalleryContract, ARemovedFaceIsNotFoundAgain) {
  const Embedding a = random_embedding();
  add(1, 1, a);
  add(1, 2, near(a, 0.8));
  add(2, 3, near(a, 0.5));
  await<void>(gallery_->remove_face(face(1)));
  GalleryAnswer answer = search(a);
  ASSERT_TRUE(answer.best);
  EXPECT_EQ(answer.best->face, face(2));
  EXPECT_NEAR(answer.best->similarity, 0.8F, 0.01F);
  await<void>(gallery_->remove_face(face(2)));
  answer = search(a);
  ASSERT_TRUE(answer.best);
  EXPECT_EQ(answer.best->person, person(2));
  EXPECT_FALSE(answer.runner_up);
  await<void>(gallery_->remove_face(face(2)));   // a second time
  await<void>(gallery_->remove_face(face(77)));  // never existed
  EXPECT_EQ(gallery_->stats().faces, 1U);
  EXPECT_EQ(gallery_->stats().people, 1U);
}

TEST_P(GalleryContract, ARemovedPersonIsRemovedFromEveryPartition) {
  const Embedding a = random_embedding();
  const Embedding b = random_embedding();
  for (std::uint32_t i = 0; i < 5; ++i) add(1, 10 + i, near(a, 0.9));
  add(1, 20, b, partition("model-b@1"));
  add(2, 30, near(a, 0.2));
  await<void>(gallery_->remove_person(person(1)));
  EXPECT_EQ(search(a).best->person, person(2));
  EXPECT_FALSE(search(b, partition("model-b@1")).best);
  await<void>(gallery_->remove_person(person(1)));
  EXPECT_EQ(gallery_->stats().faces, 1U);
  EXPECT_EQ(gallery_->stats().people, 1U);
  // The person can be added again.
  add(1, 10, a);
  EXPECT_EQ(search(a).best->person, person(1));
}

TEST_P(GalleryContract, AddingAFaceAgainReplacesIt) {
  const Embedding a = random_embedding();
  const Embedding b = random_embedding();
  add(1, 1, a);
  add(2, 2, random_embedding());
  add(1, 1, b);
  EXPECT_NEAR(search(b).best->similarity, 1.0F, kSimilarityTolerance);
  EXPECT_LT(search(a).best->similarity, 0.5F);
  EXPECT_EQ(gallery_->stats().faces, 2U);
  // Replaced for another person, in another partition, and twice in one call.
  add({GalleryEntry{partition("model-b@1"), person(3), face(1), a},
       GalleryEntry{partition("model-b@1"), person(4), face(1), b}});
  EXPECT_LT(search(b).best->similarity, 0.5F);
  EXPECT_EQ(search(b, partition("model-b@1")).best->person, person(4));
  EXPECT_FALSE(search(b, partition("model-b@1")).runner_up);
  EXPECT_EQ(gallery_->stats().faces, 2U);
  EXPECT_EQ(gallery_->stats().people, 2U);
}

TEST_P(GalleryContract, PartitionsNeverMix) {
  const Embedding a = random_embedding();
  const GalleryPartition other_model = partition("model-b@1");
  const GalleryPartition other_organisation{OrganisationId(uuid(9, 9)), {"model-a@1"}};
  add(1, 1, a);
  add(2, 2, a, other_model);
  add(3, 3, a, other_organisation);
  for (const auto& [where, who] :
       {std::pair{partition(), 1U}, std::pair{other_model, 2U}, std::pair{other_organisation, 3U}}) {
    const GalleryAnswer answer = search(a, where);
    ASSERT_TRUE(answer.best);
    EXPECT_EQ(answer.best->person, person(who));
    EXPECT_FALSE(answer.runner_up);
  }
  EXPECT_FALSE(search(a, partition("model-c@1")).best);
}

TEST_P(GalleryContract, MatchesAScanOfEveryTemplate) {
  constexpr std::uint32_t kPeople = 1500;
  std::vector<GalleryEntry> entries;
  for (std::uint32_t i = 0; i < kPeople; ++i)
    entries.push_back({partition(), person(i % 1200 + 1), face(i + 1), random_embedding()});
  add(entries);
  for (const double c : {0.45, 0.6, 0.8}) {
    std::vector<Embedding> probes;
    for (std::uint32_t i = 0; i < 10; ++i) probes.push_back(near(entries[i * 61 % kPeople].embedding, c));
    const auto answers = search(probes);
    for (std::size_t i = 0; i < probes.size(); ++i) {
      const GalleryAnswer truth = brute_force(entries, probes[i]);
      ASSERT_TRUE(answers[i].best);
      EXPECT_EQ(answers[i].best->person, truth.best->person);
      expect_match(answers[i].best, truth.best, "best at " + std::to_string(c));
      expect_match(answers[i].runner_up, truth.runner_up, "runner-up at " + std::to_string(c));
    }
  }
  for (int i = 0; i < 6; ++i) {  // nobody enrolled
    const Embedding stranger = random_embedding();
    const GalleryAnswer truth = brute_force(entries, stranger);
    const GalleryAnswer answer = search(stranger);
    expect_match(answer.best, truth.best, "a stranger's best");
    expect_match(answer.runner_up, truth.runner_up, "a stranger's runner-up");
  }
}

TEST_P(GalleryContract, SaysHowCrowdedItIsAroundBothFaces) {
  std::vector<GalleryEntry> entries;
  // A crowd, and people apart; some with several templates.
  const Embedding centre = random_embedding();
  for (std::uint32_t i = 0; i < 60; ++i)
    entries.push_back(
        {partition(), person(i % 45 + 1), face(i + 1), i % 2 == 0 ? near(centre, 0.6) : random_embedding()});
  add(entries);
  for (std::uint32_t i = 0; i < 60; i += 7) {
    const Embedding probe = near(entries[i].embedding, 0.8);
    expect_neighbourhoods(search(probe), entries, probe);
  }
  const Embedding stranger = random_embedding();
  expect_neighbourhoods(search(stranger), entries, stranger);
}

TEST_P(GalleryContract, AFaceAloneHasNoNeighbours) {
  const Embedding a = random_embedding();
  add(1, 1, a);
  add(1, 2, near(a, 0.9));
  const GalleryAnswer answer = search(a);
  EXPECT_EQ(answer.probe_neighbourhood, 0);
  EXPECT_EQ(answer.best_neighbourhood, 0);
  EXPECT_NEAR(answer.score().value(), 1, kSimilarityTolerance);
}

TEST_P(GalleryContract, NeighbourhoodsFollowEveryChange) {
  std::vector<GalleryEntry> entries;
  for (std::uint32_t i = 0; i < 40; ++i)
    entries.push_back({partition(), person(i + 1), face(i + 1), random_embedding()});
  add(entries);
  const Embedding probe = near(entries[3].embedding, 0.9);
  expect_neighbourhoods(search(probe), entries, probe);
  // A double of theirs comes, and another person's second photograph that looks like them.
  entries.push_back({partition(), person(100), face(100), near(entries[3].embedding, 0.7)});
  add({entries.back()});
  expect_neighbourhoods(search(probe), entries, probe);
  entries.push_back({partition(), person(5), face(101), near(entries[3].embedding, 0.6)});
  add({entries.back()});
  expect_neighbourhoods(search(probe), entries, probe);
  // One of their own, which is no other person's.
  entries.push_back({partition(), person(4), face(102), near(entries[3].embedding, 0.75)});
  add({entries.back()});
  expect_neighbourhoods(search(probe), entries, probe);
  // Replaced, and removed.
  entries[40].embedding = random_embedding();
  add({entries[40]});
  expect_neighbourhoods(search(probe), entries, probe);
  await<void>(gallery_->remove_person(person(5)));
  std::erase_if(entries, [&](const GalleryEntry& entry) { return entry.person == person(5); });
  expect_neighbourhoods(search(probe), entries, probe);
  for (std::uint32_t i = 10; i < 38; ++i) {
    await<void>(gallery_->remove_face(face(i)));
    std::erase_if(entries, [&](const GalleryEntry& entry) { return entry.face == face(i); });
  }
  expect_neighbourhoods(search(probe), entries, probe);
}

TEST_P(GalleryContract, EnrolledPeopleAreProbesOfTheRest) {
  std::vector<GalleryEntry> entries;
  for (std::uint32_t i = 0; i < 30; ++i)
    entries.push_back({partition(), person(i + 1), face(i + 1), random_embedding()});
  entries.push_back({partition(), person(1), face(31), near(entries[0].embedding, 0.7)});
  add(entries);
  const auto all = await<EnrolledProbes>(gallery_->probe_enrolled(partition(), 1000));
  EXPECT_EQ(all.people, 30U);
  ASSERT_EQ(all.probes.size(), 31U);
  for (const EnrolledProbe& probe : all.probes) {
    std::vector<GalleryEntry> others;
    Embedding embedding = entries[0].embedding;
    for (const GalleryEntry& entry : entries) {
      if (entry.person != probe.person) others.push_back(entry);
      if (entry.face == probe.face) embedding = entry.embedding;
    }
    const GalleryAnswer truth = brute_force(others, embedding);
    ASSERT_TRUE(probe.stranger.best);
    EXPECT_EQ(probe.stranger.best->face, truth.best->face);
    expect_match(probe.stranger.best, truth.best, "best");
    expect_match(probe.stranger.runner_up, truth.runner_up, "runner-up");
    // As if the person were not enrolled: not even in the neighbourhood of whom they resemble.
    expect_neighbourhoods(probe.stranger, others, embedding);
    EXPECT_EQ(probe.genuine.has_value(), probe.person == person(1));
    if (probe.genuine) {
      EXPECT_NEAR(*probe.genuine, 0.7, 0.12);
    }
  }
  EXPECT_EQ(await<EnrolledProbes>(gallery_->probe_enrolled(partition(), 10)).probes.size(), 10U);
  EXPECT_TRUE(await<EnrolledProbes>(gallery_->probe_enrolled(partition("model-c@1"), 10)).probes.empty());
}

TEST_P(GalleryContract, PreparingLeavesNothingToCompute) {
  std::vector<GalleryEntry> entries;
  for (std::uint32_t i = 0; i < 20; ++i)
    entries.push_back({partition(), person(i + 1), face(i + 1), random_embedding()});
  add(entries);
  std::size_t prepared = 0;
  while (const std::size_t some = await<std::size_t>(gallery_->prepare(partition(), 7))) prepared += some;
  EXPECT_EQ(prepared, 20U);
  expect_neighbourhoods(search(entries[7].embedding), entries, entries[7].embedding);
}

TEST_P(GalleryContract, StaysCorrectThroughManyChanges) {
  std::vector<GalleryEntry> entries;
  std::uint32_t next = 1;
  for (int round = 0; round < 8; ++round) {
    std::vector<GalleryEntry> batch;
    for (int i = 0; i < 150; ++i, ++next)
      batch.push_back({partition(), person(next / 2 + 1), face(next), random_embedding()});
    add(batch);
    entries.insert(entries.end(), batch.begin(), batch.end());
    for (int i = 0; i < 60; ++i) {
      const std::size_t at = random_() % entries.size();
      await<void>(gallery_->remove_face(entries[at].face));
      entries.erase(entries.begin() + static_cast<std::ptrdiff_t>(at));
    }
    const PersonId gone = entries[random_() % entries.size()].person;
    await<void>(gallery_->remove_person(gone));
    std::erase_if(entries, [&](const GalleryEntry& entry) { return entry.person == gone; });
    ASSERT_EQ(gallery_->stats().faces, entries.size());
    for (int i = 0; i < 3; ++i) {
      const Embedding probe = near(entries[random_() % entries.size()].embedding, 0.6);
      const GalleryAnswer truth = brute_force(entries, probe);
      const GalleryAnswer answer = search(probe);
      EXPECT_EQ(answer.best->face, truth.best->face);
      expect_match(answer.best, truth.best, "best");
      expect_match(answer.runner_up, truth.runner_up, "runner-up");
    }
  }
}

TEST_P(GalleryContract, SearchesContinueDuringChangesAndSeeCompletedOnes) {
  const Embedding resident = random_embedding();
  std::vector<GalleryEntry> entries{{partition(), person(1), face(1), resident},
                                    {partition(), person(2), face(2), near(resident, 0.5)}};
  for (std::uint32_t i = 3; i < 300; ++i)
    entries.push_back({partition(), person(i), face(i), random_embedding()});
  add(entries);
  std::vector<Embedding> comers;
  for (int i = 0; i < 150; ++i) comers.push_back(random_embedding());

  std::atomic<bool> stop{false};
  std::atomic<int> wrong{0};
  std::vector<std::thread> readers;
  for (int t = 0; t < 2; ++t)
    readers.emplace_back([&] {
      while (!stop.load()) {
        const std::vector<Embedding> probes{resident};
        const auto answers = await<std::vector<GalleryAnswer>>(gallery_->search(partition(), probes));
        const GalleryAnswer& answer = answers.at(0);
        if (!answer.best || answer.best->person != person(1) || !answer.runner_up ||
            answer.runner_up->person != person(2))
          ++wrong;
      }
    });
  int unseen = 0;
  int undead = 0;
  for (std::uint32_t i = 0; i < comers.size(); ++i) {
    add(1000 + i, 1000 + i, comers[i]);
    const GalleryAnswer seen = search(comers[i]);
    if (!seen.best || seen.best->person != person(1000 + i)) ++unseen;
    if (i % 3 != 0) {
      await<void>(gallery_->remove_person(person(1000 + i)));
      const GalleryAnswer after = search(comers[i]);
      if (after.best && after.best->person == person(1000 + i)) ++undead;
    }
  }
  stop = true;
  for (auto& reader : readers) reader.join();
  EXPECT_EQ(wrong.load(), 0);
  EXPECT_EQ(unseen, 0);
  EXPECT_EQ(undead, 0);
}

}  // namespace
}  // namespace sas
