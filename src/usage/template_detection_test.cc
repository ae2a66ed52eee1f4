#include "usage/template_detection.h"

#include <random>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace weir {
namespace {

std::string detect(std::string_view path) {
  std::string buffer;
  return std::string(detect_template(path, buffer));
}

TEST(TemplateDetection, IdentifiersBecomeOne) {
  for (const std::string_view segment : {"0",
                                         "7",
                                         "12345",
                                         "-12",
                                         "12.55",
                                         "52.52,13.40",
                                         "2024",
                                         "2024-11-23",
                                         "2024-11-23T10:00:00Z",
                                         "20241123",
                                         "2024-W05",
                                         "10:30",
                                         "550e8400-e29b-41d4-a716-446655440000",
                                         "550E8400-E29B-41D4-A716-446655440000",
                                         "018f4e2a-dead-beef-cafe-abcdefabcdef",
                                         "01ARZ3NDEKTSV4RRFFQ69G5FAV",
                                         "01arz3ndektsv4rrffq69g5fav",
                                         "deadbeef1",
                                         "9f8a7b6c",
                                         "d41d8cd98f00b204e9800998ecf8427e",
                                         "507f1f77bcf86cd799439011",
                                         "da39a3ee5e6b4b0d3255bfef95601890afd80709",
                                         "dGhpc19pcy1h-bG9uZyB0b2tlbg",
                                         "V1StGXR8_Z5jdHi6B-myT",
                                         "cus_NffrFeUfNV2Hib",
                                         "cjld2cjxh0000qzrmn831i7rn",
                                         "SKU-1234567",
                                         "INV-2024001",
                                         "usr123456",
                                         "k3x9f2m1qz",
                                         "joe@example.org",
                                         "joe%40example.org",
                                         "2001:db8::8a2e:370:7334",
                                         "00:1a:2b:3c:4d:5e",
                                         "192.168.0.1",
                                         "my-post-2024-01-02",
                                         "QWxhZGRpbjpvcGVuIHNlc2FtZQ%3D%3D",
                                         "IMG_20240101_120000",
                                         "KpXwQzRtYvBnMlKjHgFdSa" /* random letters, cases mixed */}) {
    EXPECT_TRUE(is_identifier(segment)) << segment;
    EXPECT_EQ(detect(fmt::format("/v1/x/{}", segment)), "/v1/x/{id}") << segment;
  }
  EXPECT_EQ(detect(fmt::format("/x/{:a<65}", "")), "/x/{id}");
}

TEST(TemplateDetection, WordsVersionsAndFilesStay) {
  for (const std::string_view segment : {"orders",
                                         "order-items",
                                         "getCustomerOrderHistoryByDate",
                                         "v1",
                                         "v2.1",
                                         "v1beta1",
                                         "1.1",
                                         "2.0",
                                         "oauth2",
                                         "k8s",
                                         "i18n",
                                         "utf8mb4",
                                         "rfc9110",
                                         "sha256sum",
                                         "ipv6",
                                         "area51",
                                         "top-10",
                                         "sts-71",
                                         "mission-sts-71.html",
                                         "ksc95ec-0911.gif",
                                         "NASA-logosmall.gif",
                                         "robots.txt",
                                         "index.html",
                                         "api.example.com",
                                         "favicon.ico",
                                         "deadbeef",
                                         "facade",
                                         "a",
                                         "_search",
                                         "$metadata",
                                         "caf%C3%A9",
                                         "%C3%A9t%C3%A9",
                                         "O'Brien",
                                         "windows2000",
                                         "covid19",
                                         "@me",
                                         "base64",
                                         "mp3",
                                         "openapi.json",
                                         "main.css",
                                         "_internationalization_settings",
                                         "well-known"}) {
    EXPECT_FALSE(is_identifier(segment)) << segment;
    EXPECT_EQ(detect(fmt::format("/{}", segment)), fmt::format("/{}", segment));
  }
}

TEST(TemplateDetection, EndingsStayBehindAnIdentifier) {
  EXPECT_EQ(detect("/orders/123.json"), "/orders/{id}.json");
  EXPECT_EQ(detect("/img/d41d8cd98f00b204e9800998ecf8427e.png"), "/img/{id}.png");
  EXPECT_EQ(detect("/orders/123:cancel"), "/orders/{id}:cancel");
  EXPECT_EQ(detect("/assets/main.3f2a9c1d.css"), "/assets/{id}.css");
  EXPECT_EQ(detect("/users/joe@example.org"), "/users/{id}");
}

TEST(TemplateDetection, EachSegmentStandsAlone) {
  EXPECT_EQ(detect("/"), "/");
  EXPECT_EQ(detect("/v1/users/42/orders/550e8400-e29b-41d4-a716-446655440000/items"),
            "/v1/users/{id}/orders/{id}/items");
}

TEST(TemplateDetection, NoTemplateIsLongerThanTheBound) {
  std::string path;
  while (path.size() + 10 <= kTemplateMax) path += "/abcdefghi";
  EXPECT_EQ(detect(path), path);
  EXPECT_EQ(detect(path + "/abcdefghi"), "");
}

// What an API gives out as identifiers must not fill the table of names: of random ones hardly any stays a
// word.
TEST(TemplateDetection, RandomIdentifiersSeldomStay) {
  std::mt19937_64 random(7);
  const auto count_words = [&](std::string_view alphabet, std::size_t size) {
    int words = 0;
    for (int i = 0; i < 100'000; ++i) {
      std::string id;
      for (std::size_t j = 0; j < size; ++j) id += alphabet[random() % alphabet.size()];
      words += is_identifier(id) ? 0 : 1;
    }
    return words;
  };
  constexpr std::string_view kHex = "0123456789abcdef";
  constexpr std::string_view kBase32 = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  constexpr std::string_view kBase64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  EXPECT_LE(count_words(kHex, 24), 5);
  EXPECT_LE(count_words(kHex, 32), 0);
  EXPECT_LE(count_words(kBase32, 26), 200);
  EXPECT_LE(count_words(kBase64, 22), 3000);
  EXPECT_LE(count_words(kBase64, 43), 300);
}

}  // namespace
}  // namespace weir
