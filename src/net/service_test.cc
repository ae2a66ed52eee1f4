#include "net/service.h"

#include <future>
#include <string>

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/file.h"

namespace weir::net {
namespace {

/// Has always more, and waits for its reader not at all.
class EndlessSource final : public BodySource {
 public:
  explicit EndlessSource(std::promise<void>& gone) : gone_(gone) {}
  ~EndlessSource() override { gone_.set_value(); }
  EndlessSource(const EndlessSource&) = delete;
  EndlessSource& operator=(const EndlessSource&) = delete;

  Result<Piece> next() override { return Piece{.data = std::string(1U << 20, 'x')}; }
  Seconds write_timeout() const override { return Seconds{0}; }

 private:
  std::promise<void>& gone_;
};

class ServiceTest : public testing::Test {
 protected:
  void start(const ServiceHandler& handler) {
    auto service = Service::start({.listen = *ListenAddress::parse("127.0.0.1:0")}, clock_, handler);
    ASSERT_TRUE(service) << service.error().detail;
    service_ = std::move(*service);
  }

  /// A connection that asked for something.
  UniqueFd ask(std::string_view target) {
    UniqueFd socket(::socket(AF_INET, SOCK_STREAM, 0));
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(service_->address().port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(socket.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to), 0);
    const std::string request = "GET " + std::string(target) + " HTTP/1.1\r\nHost: x\r\n\r\n";
    EXPECT_EQ(::write(socket.get(), request.data(), request.size()), static_cast<ssize_t>(request.size()));
    return socket;
  }

  SystemClock clock_;
  std::unique_ptr<Service> service_;
};

TEST_F(ServiceTest, AReaderWhoTakesNothingIsDroppedAndOthersAreAnswered) {
  std::promise<void> gone;
  start([&gone](const ServiceRequest& request) {
    ServiceResponse response;
    if (request.target == "/stream")
      response.source = std::make_shared<EndlessSource>(gone);
    else
      response.body = "well";
    return response;
  });
  const UniqueFd slow = ask("/stream");
  EXPECT_EQ(gone.get_future().wait_for(Seconds{30}), std::future_status::ready);
  const UniqueFd other = ask("/");
  char answer[512];
  const ssize_t size = ::read(other.get(), answer, sizeof answer);
  EXPECT_TRUE(std::string_view(answer, static_cast<std::size_t>(std::max<ssize_t>(size, 0)))
                  .starts_with("HTTP/1.1 200"));
  // What had been sent is there, and then the connection ends.
  std::string rest(1U << 16, '\0');
  ssize_t got = 0;
  do {
    got = ::read(slow.get(), rest.data(), rest.size());
  } while (got > 0);
  EXPECT_LE(got, 0);
}

}  // namespace
}  // namespace weir::net
