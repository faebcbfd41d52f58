// Runs the command line as its users do: as a process of its own, with arguments, standard input,
// files in a folder of its own, and a clock. A crash and a hang are seen as what they are.
//
//   Workshop shop;
//   shop.write("a.func", text);
//   Ended ended = shop.run({"validate", "a.func"});
//   EXPECT_EQ(ended.status, 0) << ended.err;
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace regproof::tests {

struct Ended {
  int status = -1;  // exit status, or minus the signal that ended it
  std::string out;
  std::string err;

  bool crashed() const { return status < 0; }
};

// A temporary folder, in which the binary runs. Removed with all that is in it.
class Workshop {
 public:
  Workshop();
  ~Workshop();
  Workshop(const Workshop&) = delete;
  Workshop& operator=(const Workshop&) = delete;

  void write(const std::string& name, std::string_view text) const;
  std::string read(const std::string& name) const;
  std::string path(const std::string& name) const { return folder_ + "/" + name; }
  // Ends a run after a minute with SIGALRM.
  Ended run(const std::vector<std::string>& arguments, std::string_view input = {}) const;

 private:
  std::string folder_;
};

}  // namespace regproof::tests
