// The server over TLS, with a certificate that the test makes for itself.

#include <cstdio>
#include <filesystem>
#include <fstream>

#include <boost/asio/read.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <unistd.h>

#include "http/server.h"

namespace sas::http {
namespace {

namespace fs = std::filesystem;

struct Close {
  void operator()(FILE* file) const { fclose(file); }
};
using OpenFile = std::unique_ptr<FILE, Close>;
using boost::asio::ip::tcp;
using testing::HasSubstr;

void make_certificate(const fs::path& certificate, const fs::path& key_file) {
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(EVP_EC_gen("P-256"), EVP_PKEY_free);
  const std::unique_ptr<X509, decltype(&X509_free)> x509(X509_new(), X509_free);
  ASN1_INTEGER_set(X509_get_serialNumber(x509.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(x509.get()), -60);
  X509_gmtime_adj(X509_getm_notAfter(x509.get()), 3600);
  X509_set_pubkey(x509.get(), key.get());
  X509_NAME* name = X509_get_subject_name(x509.get());
  const auto* text = reinterpret_cast<const unsigned char*>("localhost");
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, text, -1, -1, 0);
  X509_set_issuer_name(x509.get(), name);
  X509_sign(x509.get(), key.get(), EVP_sha256());
  const OpenFile out(fopen(certificate.c_str(), "w"));
  PEM_write_X509(out.get(), x509.get());
  const OpenFile key_out(fopen(key_file.c_str(), "w"));
  PEM_write_PrivateKey(key_out.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
}

class TlsTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "sas-tls-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    make_certificate(folder_ / "cert.pem", folder_ / "key.pem");
    make_certificate(folder_ / "other-cert.pem", folder_ / "other-key.pem");
    options_.port = 0;
    options_.threads = 1;
    options_.tls = TlsOptions{folder_ / "cert.pem", folder_ / "key.pem"};
    options_.linger_timeout = std::chrono::milliseconds(100);
  }
  void TearDown() override { fs::remove_all(folder_); }

  fs::path folder_;
  ServerOptions options_;
};

std::string request_over_tls(const tcp::endpoint& where, int max_version) {
  boost::asio::io_context context;
  boost::asio::ssl::context tls(boost::asio::ssl::context::tls_client);
  SSL_CTX_set_max_proto_version(tls.native_handle(), max_version);
  boost::asio::ssl::stream<tcp::socket> stream(context, tls);
  stream.next_layer().connect(where);
  boost::system::error_code ec;
  stream.handshake(boost::asio::ssl::stream_base::client, ec);
  if (ec) return "refused";
  const std::string body(100'000, 'x');
  boost::asio::write(stream, boost::asio::buffer("POST /echo HTTP/1.1\r\nhost: t\r\nconnection: close\r\n"
                                                 "content-length: 100000\r\n\r\n" +
                                                 body));
  std::string all;
  boost::asio::read(stream, boost::asio::dynamic_buffer(all), ec);
  return all;
}

TEST_F(TlsTest, AnswersOverTls12AndNewerOnly) {
  Router router;
  router.add(Verb::post, "/echo", [](Request& request) -> Task<Response> {
    co_return Response::text(Status::ok, std::string(request.body));
  });
  auto server = Server::create(options_, std::move(router), {});
  ASSERT_TRUE(server) << server.error().message;
  ASSERT_TRUE((*server)->start());
  const auto where = (*server)->endpoint();
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    const auto answer = request_over_tls(where, version);
    EXPECT_THAT(answer, testing::StartsWith("HTTP/1.1 200 "));
    EXPECT_THAT(answer, testing::EndsWith(std::string(100'000, 'x')));
  }
  EXPECT_EQ(request_over_tls(where, TLS1_1_VERSION), "refused");
}

TEST_F(TlsTest, NamesTheFileThatIsWrong) {
  const auto problem = [this] {
    const auto server = Server::create(options_, Router{}, {});
    return server ? std::string() : server.error().message;
  };
  options_.tls->certificate_chain = folder_ / "missing.pem";
  EXPECT_THAT(problem(), HasSubstr("missing.pem"));
  std::ofstream(folder_ / "junk.pem") << "junk";
  options_.tls->certificate_chain = folder_ / "junk.pem";
  EXPECT_THAT(problem(), HasSubstr("junk.pem"));
  options_.tls->certificate_chain = folder_ / "cert.pem";
  options_.tls->private_key = folder_ / "other-key.pem";
  EXPECT_THAT(problem(), HasSubstr("other-key.pem"));
}

}  // namespace
}  // namespace sas::http
