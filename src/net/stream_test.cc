#include "net/stream.h"

#include <array>
#include <string>

#include <gtest/gtest.h>
#include <sys/socket.h>

#include "net/event.h"

namespace weir::net {
namespace {

/// A loop with the two ends of a connected socket pair.
class StreamTest : public testing::Test {
 protected:
  StreamTest() {
    std::array<int, 2> fds{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds.data()), 0);
    near_ = std::make_unique<Stream>(loop_, UniqueFd(fds[0]));
    far_ = std::make_unique<Stream>(loop_, UniqueFd(fds[1]));
  }

  /// Runs `body` as a task on the loop, to its end.
  template <class Body>
  void run(Body body) {
    loop_.post([this, &body] { loop_.spawn(stop_after(body)); });
    loop_.run();
  }

  template <class Body>
  Task<void> stop_after(Body& body) {
    co_await body();
    loop_.stop();
  }

  static iovec piece(std::string& text) { return {text.data(), text.size()}; }

  SystemClock clock_;
  Loop loop_{clock_};
  std::unique_ptr<Stream> near_;
  std::unique_ptr<Stream> far_;
};

TEST_F(StreamTest, WhatIsWrittenAtOneEndIsReadAtTheOther) {
  std::string received;
  run([&]() -> Task<void> {
    std::string a = "hello, ";
    std::string b = "weir";
    std::array pieces = {piece(a), piece(b)};
    const auto written = co_await near_->write(pieces);
    EXPECT_EQ(written.bytes, 11U);
    char buffer[64];
    const auto got = co_await far_->read_some(buffer, sizeof buffer);
    received.assign(buffer, got.bytes);
  });
  EXPECT_EQ(received, "hello, weir");
}

TEST_F(StreamTest, AWriteLargerThanTheSocketsBufferWaitsForTheReader) {
  static constexpr std::size_t kBytes = 4U << 20;
  std::size_t received = 0;
  run([&]() -> Task<void> {
    Event written;
    std::string data(kBytes, 'x');
    loop_.spawn([](Stream& stream, std::string& bytes, Event& done) -> Task<void> {
      iovec all{bytes.data(), bytes.size()};
      const auto result = co_await stream.write({&all, 1});
      EXPECT_EQ(result.bytes, kBytes);
      done.set();
    }(*near_, data, written));
    EXPECT_FALSE(written.is_set());
    std::string buffer(1U << 16, '\0');
    while (received < kBytes) {
      const auto got = co_await far_->read_some(buffer.data(), buffer.size());
      if (!got) break;
      received += got.bytes;
    }
    co_await written;
  });
  EXPECT_EQ(received, kBytes);
}

TEST_F(StreamTest, AReadPastItsDeadlineTimesOutAndTheStreamWorksOn) {
  IoStatus first = IoStatus::kOk;
  IoResult second;
  run([&]() -> Task<void> {
    char byte = 0;
    near_->set_read_deadline(clock_.instant());
    const auto late = co_await near_->read_some(&byte, 1);
    first = late.status;
    near_->set_read_deadline(Instant::max());
    std::string text = "x";
    iovec one = piece(text);
    (void)co_await far_->write({&one, 1});
    second = co_await near_->read_some(&byte, 1);
  });
  EXPECT_EQ(first, IoStatus::kTimedOut);
  EXPECT_TRUE(second);
}

TEST_F(StreamTest, TheEndOfThePeerIsAnEnd) {
  IoStatus status = IoStatus::kOk;
  run([&]() -> Task<void> {
    far_->shutdown_write();
    char byte = 0;
    const auto got = co_await near_->read_some(&byte, 1);
    status = got.status;
  });
  EXPECT_EQ(status, IoStatus::kEof);
}

TEST_F(StreamTest, ACancelledReadEndsAndWritingGoesOn) {
  IoStatus status = IoStatus::kOk;
  IoResult written;
  run([&]() -> Task<void> {
    loop_.post([this] { near_->cancel_read(); });
    char byte = 0;
    const auto got = co_await near_->read_some(&byte, 1);
    status = got.status;
    std::string text = "x";
    iovec one = piece(text);
    written = co_await near_->write({&one, 1});
  });
  EXPECT_EQ(status, IoStatus::kReset);
  EXPECT_TRUE(written);
}

TEST_F(StreamTest, AQuietPeerIsOneThatNeitherSentNorClosed) {
  run([&]() -> Task<void> {
    EXPECT_TRUE(near_->is_quiet());
    far_->shutdown_write();
    EXPECT_FALSE(near_->is_quiet());
    co_return;
  });
}

TEST_F(StreamTest, AnEndThatCameWithTheLastBytesIsReadAfterThem) {
  std::string received;
  IoStatus status = IoStatus::kOk;
  run([&]() -> Task<void> {
    std::string text = "bye";
    iovec one = piece(text);
    (void)co_await far_->write({&one, 1});
    far_->shutdown_write();
    char buffer[64];
    const auto got = co_await near_->read_some(buffer, sizeof buffer);
    received.assign(buffer, got.bytes);
    const auto end = co_await near_->read_some(buffer, sizeof buffer);
    status = end.status;
  });
  EXPECT_EQ(received, "bye");
  EXPECT_EQ(status, IoStatus::kEof);
}

TEST_F(StreamTest, WhoReadsMuchThatIsThereLetsOthersHaveTheirTurn) {
  bool other_ran = false;
  std::size_t before = 0;
  run([&]() -> Task<void> {
    std::string text(1000, 'x');
    iovec one = piece(text);
    (void)co_await far_->write({&one, 1});
    char byte = 0;
    (void)co_await near_->read_some(&byte, 1);
    loop_.post([&other_ran] { other_ran = true; });
    for (std::size_t i = 1; i < text.size(); ++i) {
      const auto got = co_await near_->read_some(&byte, 1);
      EXPECT_EQ(got.bytes, 1U);
      before += other_ran ? 0 : 1;
    }
  });
  EXPECT_TRUE(other_ran);
  EXPECT_LT(before, 900U);
}

TEST_F(StreamTest, AWritePastItsDeadlineTimesOut) {
  IoResult result;
  run([&]() -> Task<void> {
    std::string data(4U << 20, 'x');
    iovec all = piece(data);
    near_->set_write_deadline(clock_.instant());
    result = co_await near_->write({&all, 1});
  });
  EXPECT_EQ(result.status, IoStatus::kTimedOut);
  EXPECT_GT(result.bytes, 0U);
}

TEST_F(StreamTest, AnAbortEndsAWaitingReadAndAWaitingWrite) {
  IoStatus read = IoStatus::kOk;
  IoResult written;
  run([&]() -> Task<void> {
    Event done;
    std::string data(4U << 20, 'x');
    loop_.spawn([](Stream& stream, std::string& bytes, IoResult& result, Event& event) -> Task<void> {
      iovec all{bytes.data(), bytes.size()};
      result = co_await stream.write({&all, 1});
      event.set();
    }(*near_, data, written, done));
    loop_.post([this] { near_->abort(); });
    char byte = 0;
    const auto got = co_await near_->read_some(&byte, 1);
    read = got.status;
    co_await done;
  });
  EXPECT_EQ(read, IoStatus::kReset);
  EXPECT_EQ(written.status, IoStatus::kReset);
}

TEST_F(StreamTest, AStreamMayGoWhoseEventIsAlreadyKnown) {
  bool read = false;
  run([&]() -> Task<void> {
    std::array<int, 2> fds{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds.data()), 0);
    auto second = std::make_unique<Stream>(loop_, UniqueFd(fds[0]));
    const Stream peer(loop_, UniqueFd(fds[1]));
    // Both become readable at once; the first to be told ends the second.
    far_->shutdown_write();
    ::shutdown(fds[1], SHUT_WR);
    char byte = 0;
    const auto got = co_await near_->read_some(&byte, 1);
    read = got.status == IoStatus::kEof;
    second.reset();
  });
  EXPECT_TRUE(read);
}

TEST_F(StreamTest, AnEventResumesWhoWaitsForIt) {
  bool resumed = false;
  run([&]() -> Task<void> {
    Event event;
    loop_.post([&event] { event.set(); });
    co_await event;
    resumed = true;
  });
  EXPECT_TRUE(resumed);
}

TEST_F(StreamTest, TheEndOfTheLoopEndsWhatWaits) {
  bool ended = false;
  loop_.post([&] {
    loop_.spawn([](Stream& stream, bool& flag) -> Task<void> {
      char byte = 0;
      (void)co_await stream.read_some(&byte, 1);
      flag = true;
    }(*near_, ended));
    loop_.stop();
  });
  loop_.run();
  EXPECT_TRUE(ended);
}

}  // namespace
}  // namespace weir::net
