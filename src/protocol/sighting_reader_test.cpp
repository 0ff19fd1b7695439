#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "protocol/messages.h"

namespace sas::protocol {
namespace {

std::vector<float> numbers(unsigned seed = 1) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal(0, 0.044F);
  std::vector<float> values(kEmbeddingSize);
  for (float& value : values) value = normal(random);
  return values;
}

std::string list_of(const std::vector<float>& values) {
  std::string text = "[";
  for (const float value : values) text += (text.size() > 1 ? ", " : "") + std::to_string(value);
  return text + "]";
}

std::string smallest_form(const std::string& more = "") {
  return R"({"camera_id": "gate-1", "vector": )" + list_of(numbers()) + more + "}";
}

std::string with(const std::string& fields) {
  return R"({"camera_id":"gate-1","encoding":"i8","embedding":")" +
         encode_embedding(*Embedding::normalised(numbers()), EmbeddingEncoding::i8) + "\"" +
         (fields.empty() ? "" : "," + fields) + "}";
}

// The field that the error names, or the code where it names none.
std::string refusal(const std::string& json) {
  const auto sighting = read_sighting(json);
  if (sighting) return "accepted";
  const Error error = sighting.error();  // error() gives a copy
  EXPECT_EQ(error.kind, ErrorKind::invalid_argument);
  EXPECT_FALSE(error.message.empty());
  if (const auto* field = error.details.if_contains("field")) return std::string(field->as_string());
  return error.code;
}

TEST(ReadSighting, TakesTheSmallestForm) {
  const auto sighting = read_sighting(smallest_form());
  ASSERT_TRUE(sighting) << sighting.error().message;
  EXPECT_EQ(sighting->camera.value, "gate-1");
  EXPECT_GT(cosine(sighting->embedding, *Embedding::normalised(numbers())), 0.999999F);
  EXPECT_FALSE(sighting->model);
  EXPECT_FALSE(sighting->event);
  EXPECT_FALSE(sighting->captured_at);
  EXPECT_FALSE(sighting->scores.liveness);
  EXPECT_FALSE(sighting->scores.quality);
}

TEST(ReadSighting, TakesIntegersAndExponentsAsNumbers) {
  std::string list = "[1, -2, 3e-1, 18446744073709551615";
  for (int i = 4; i < 512; ++i) list += ",0";
  EXPECT_TRUE(read_sighting(R"({"camera_id":"a","vector":)" + list + "]}"));
}

TEST(ReadSighting, OurEdgesEventIsAtMostOneKilobyteAndComesBackWhole) {
  IncomingSighting sent{CameraId{std::string(64, 'c')},
                        *Embedding::normalised(numbers()),
                        ModelId{"faceplugin-mobilefacenet-1"},
                        *EventId::parse("01234567-89ab-7cde-8f01-23456789abcd"),
                        *parse_rfc3339("2026-11-22T15:47:35.123456Z"),
                        0.987654F,
                        0.123456F};
  const std::string json = write_sighting(sent, EmbeddingEncoding::i8);
  EXPECT_LE(json.size(), 1024U);
  const auto received = read_sighting(json);
  ASSERT_TRUE(received) << received.error().message;
  EXPECT_EQ(received->camera, sent.camera);
  EXPECT_EQ(received->model, sent.model);
  EXPECT_EQ(received->event, sent.event);
  EXPECT_EQ(received->captured_at, sent.captured_at);
  EXPECT_NEAR(*received->scores.liveness, *sent.scores.liveness, 1e-5);
  EXPECT_NEAR(*received->scores.quality, *sent.scores.quality, 1e-5);
  EXPECT_GT(cosine(received->embedding, sent.embedding), 0.9999F);
}

TEST(ReadSighting, EscapedTextIsTheSameText) {
  std::string base64 = encode_embedding(*Embedding::normalised(numbers()), EmbeddingEncoding::i8);
  std::string escaped;
  for (const char c : base64) escaped += c == '/' ? "\\/" : std::string(1, c);
  const auto sighting =
      read_sighting(R"({"\u0063amera_id":"gate\u002d1","encoding":"i8","embedding":")" + escaped + "\"}");
  ASSERT_TRUE(sighting) << sighting.error().message;
  EXPECT_EQ(sighting->camera.value, "gate-1");
}

TEST(ReadSighting, IgnoresUnknownFieldsAndTakesNullForAbsent) {
  EXPECT_EQ(refusal(with(
                R"("new":{"camera_id":7,"vector":[[]]},"x":[1,"vector",{}],"model":null,"liveness":null)")),
            "accepted");
  EXPECT_EQ(refusal(smallest_form(R"(, "embedding": null, "encoding": null)")), "accepted");
  EXPECT_EQ(refusal(R"({"camera_id":null,"vector":)" + list_of(numbers()) + "}"), "camera_id");
}

TEST(ReadSighting, NamesTheFieldThatIsWrong) {
  const struct {
    std::string fields;
    std::string named;
  } kCases[] = {
      {R"("liveness":1.01)", "liveness"},
      {R"("liveness":-0.01)", "liveness"},
      {R"("liveness":"1")", "liveness"},
      {R"("liveness":[1])", "liveness"},
      {R"("quality":true)", "quality"},
      {R"("quality":{})", "quality"},
      {R"("quality":2)", "quality"},
      {R"("model":5)", "model"},
      {R"("model":"")", "model"},
      {R"("model":"a b")", "model"},
      {R"("event_id":"7")", "event_id"},
      {R"("event_id":7)", "event_id"},
      {R"("event_id":"00000000-0000-0000-0000-000000000000")", "event_id"},
      {R"("captured_at":"2026-11-22")", "captured_at"},
      {R"("captured_at":1700000000)", "captured_at"},
      {R"("vector":[1,2])", "vector"},
      {R"("vector":null,"camera_id":"gate-2")", "camera_id"},
      {R"("liveness":0.5,"liveness":0.5)", "liveness"},
      {R"("encoding":"i8")", "encoding"},
  };
  for (const auto& wrong : kCases) EXPECT_EQ(refusal(with(wrong.fields)), wrong.named) << wrong.fields;
}

TEST(ReadSighting, RefusesCameraIdsThatAreUnsafeInPathsAndLogs) {
  const auto camera = [](const std::string& id) {
    return refusal(R"({"camera_id":")" + id + R"(","vector":)" + list_of(numbers()) + "}");
  };
  for (const char* id : {"0", "gate-1", "Haus_2:Tor.3"}) EXPECT_EQ(camera(id), "accepted") << id;
  EXPECT_EQ(camera(std::string(64, 'x')), "accepted");
  EXPECT_EQ(camera(std::string(65, 'x')), "camera_id");
  for (const char* id : {"", ".", "..", "-x", "a b", "a/b", "a\\u0000", "=1+1", "t\\u00fcr", "a\\n"})
    EXPECT_EQ(camera(id), "camera_id") << id;
}

TEST(ReadSighting, RefusesVectorsThatAreNotFiveHundredAndTwelveNumbers) {
  const auto vector = [](const std::string& list) {
    return refusal(R"({"camera_id":"a","vector":)" + list + "}");
  };
  std::vector<float> few = numbers();
  few.pop_back();
  EXPECT_EQ(vector(list_of(few)), "vector");
  std::vector<float> many = numbers();
  many.push_back(1);
  EXPECT_EQ(vector(list_of(many)), "vector");
  EXPECT_EQ(vector(list_of(std::vector<float>(512, 0.0F))), "vector");
  EXPECT_EQ(vector("[]"), "vector");
  EXPECT_EQ(vector("{}"), "vector");
  EXPECT_EQ(vector("\"AAAA\""), "vector");
  EXPECT_EQ(vector("5"), "vector");
  EXPECT_EQ(vector("[0.5, \"0.5\"]"), "vector[1]");
  EXPECT_EQ(vector("[0.5, null]"), "vector[1]");
  EXPECT_EQ(vector("[0.5, 0.5, [0.5]]"), "vector[2]");
  EXPECT_EQ(vector("[{}]"), "vector[0]");
  EXPECT_EQ(vector("[true]"), "vector[0]");
  EXPECT_EQ(vector("[1e39]"), "vector[0]");
  EXPECT_EQ(vector("[NaN]"), "malformed_json");
  EXPECT_EQ(vector("[1e999999]"), "vector[0]");
  EXPECT_EQ(vector("[Infinity]"), "malformed_json");
}

TEST(ReadSighting, WantsExactlyOneOfVectorAndEmbedding) {
  EXPECT_EQ(refusal(R"({"camera_id":"a"})"), "vector");
  EXPECT_EQ(refusal(with(R"("vector":)" + list_of(numbers()))), "vector");
  EXPECT_EQ(refusal(smallest_form(R"(,"encoding":"f32")")), "encoding");
  EXPECT_EQ(refusal(R"({"camera_id":"a","embedding":"AAAA"})"), "encoding");
  EXPECT_EQ(refusal(R"({"camera_id":"a","embedding":"AAAA","encoding":"i9"})"), "encoding");
  EXPECT_EQ(refusal(R"({"camera_id":"a","embedding":"AAAA","encoding":"i8"})"), "embedding");
  EXPECT_EQ(refusal(R"({"camera_id":"a","embedding":["AAAA"],"encoding":"i8"})"), "embedding");
}

TEST(ReadSighting, RefusesWhatIsNotAnObject) {
  const std::string deep = R"({"camera_id":)" + std::string(1000, '[');
  for (const std::string& text :
       {std::string(), std::string(" "), std::string("null"), std::string("[]"), std::string("[{}]"),
        std::string("\"x\""), std::string("{"), std::string("}"), std::string("{\"camera_id\"}"),
        smallest_form() + "{}", smallest_form().substr(0, 3000), std::string(R"({"camera_id":"\xff"})"),
        std::string("{\"camera_id\":\"\xff\"}"), deep})
    EXPECT_EQ(refusal(text), "malformed_json") << text.substr(0, 40);
}

TEST(ReadSighting, EveryCutOfAnEventIsRefusedAndNoneCrashes) {
  const std::string whole = with(R"("model":"m","liveness":0.5)");
  for (std::size_t length = 0; length < whole.size(); ++length)
    EXPECT_FALSE(read_sighting(std::string_view(whole).substr(0, length))) << length;
}

TEST(ReadBatch, OneBadEventSpoilsNoOther) {
  const std::string good = smallest_form();
  const auto batch =
      read_batch(R"({"x":[1],"events":[)" + good +
                     R"(,{"camera_id":"a"},7,[[1]],null,"x",{"camera_id":"a","vector":[[1]]},)" + with("") +
                     R"(],"y":{"events":3}})",
                 100);
  ASSERT_TRUE(batch) << batch.error().message;
  ASSERT_EQ(batch->size(), 8U);
  const bool expected[] = {true, false, false, false, false, false, false, true};
  for (std::size_t i = 0; i < batch->size(); ++i) EXPECT_EQ((*batch)[i].has_value(), expected[i]) << i;
  EXPECT_EQ((*batch)[2].error().details.at("field"), "events[2]");
  EXPECT_EQ((*batch)[6].error().details.at("field"), "vector[0]");
}

TEST(ReadBatch, AnEventsFieldsDoNotLeakIntoTheNext) {
  const auto batch =
      read_batch(R"({"events":[)" + with(R"("model":"m","liveness":0.1)") + "," + smallest_form() + "]}", 2);
  ASSERT_TRUE(batch);
  ASSERT_TRUE((*batch)[1]);
  EXPECT_FALSE((*batch)[1]->model);
  EXPECT_FALSE((*batch)[1]->scores.liveness);
}

TEST(ReadBatch, RefusesMoreThanItTakes) {
  const auto batch = read_batch(R"({"events":[{},{},{}]})", 2);
  ASSERT_FALSE(batch);
  EXPECT_EQ(batch.error().kind, ErrorKind::too_large);
  EXPECT_EQ(batch.error().code, "too_many_events");
  EXPECT_FALSE(read_batch(R"({"events":[1,2,3]})", 2));
  EXPECT_FALSE(read_batch(R"({"events":[[],[],[]]})", 2));
  EXPECT_TRUE(read_batch(R"({"events":[]})", 2));
}

TEST(ReadBatch, WantsAListOfEvents) {
  for (const char* json :
       {"{}", R"({"events":7})", R"({"events":{}})", R"({"events":null})", "[]", "[[{}]]", "",
        R"({"events":[{}],"events":[{}]})", R"({"events":[{}]}])", R"({"a":{"events":[{}]}})"}) {
    const auto batch = read_batch(json, 10);
    ASSERT_FALSE(batch) << json;
    EXPECT_EQ(batch.error().kind, ErrorKind::invalid_argument);
  }
}

TEST(WriteBatch, IsReadBack) {
  const auto batch = read_batch(write_batch({smallest_form(), with("")}), 2);
  ASSERT_TRUE(batch);
  EXPECT_TRUE((*batch)[0]);
  EXPECT_TRUE((*batch)[1]);
}

TEST(SightingReader, TheTimeOfSendingIsAddedToAWrittenSighting) {
  const Timestamp sent = *parse_rfc3339("2026-11-22T15:47:35.120000Z");
  const auto read = read_sighting(with_sent_at(smallest_form(), sent));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->sent_at, sent);
  EXPECT_FALSE(read_sighting(smallest_form())->sent_at);
  const auto refused = read_sighting(R"({"sent_at":"yesterday",)" + smallest_form().substr(1));
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, testing::HasSubstr("sent_at"));
}

}  // namespace
}  // namespace sas::protocol
