// fork and exec; the child's streams are files, so that neither side waits for the other.
#include "tests/cli/child_process.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace regproof::tests {

namespace {

constexpr unsigned kSecondsPerRun = 60;

// In the child: never returns.
[[noreturn]] void become(const std::string& folder, std::vector<char*>& arguments) {
  bool ready = chdir(folder.c_str()) == 0;
  int in = open(".stdin", O_RDONLY);
  int out = open(".stdout", O_WRONLY | O_CREAT | O_TRUNC, 0600);
  int err = open(".stderr", O_WRONLY | O_CREAT | O_TRUNC, 0600);
  ready = ready && dup2(in, 0) == 0 && dup2(out, 1) == 1 && dup2(err, 2) == 2;
  alarm(kSecondsPerRun);
  if (ready) execv(REGPROOF_BINARY, arguments.data());
  _exit(127);
}

}  // namespace

Workshop::Workshop() {
  std::string pattern = (std::filesystem::temp_directory_path() / "regproof-cli-XXXXXX").string();
  if (mkdtemp(pattern.data()) != nullptr) folder_ = pattern;
  EXPECT_FALSE(folder_.empty());
}

Workshop::~Workshop() {
  std::error_code ignored;
  if (!folder_.empty()) std::filesystem::remove_all(folder_, ignored);
}

void Workshop::write(const std::string& name, std::string_view text) const {
  std::filesystem::create_directories(std::filesystem::path(path(name)).parent_path());
  std::ofstream(path(name), std::ios::binary) << text;
}

std::string Workshop::read(const std::string& name) const {
  std::ifstream file(path(name), std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

Ended Workshop::run(const std::vector<std::string>& arguments, std::string_view input) const {
  write(".stdin", input);
  std::vector<std::string> words = {"regproof"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);

  Ended ended;
  pid_t child = fork();
  if (child == 0) become(folder_, pointers);
  int state = 0;
  if (child < 0 || waitpid(child, &state, 0) != child) return ended;
  ended.status = WIFEXITED(state) ? WEXITSTATUS(state) : -WTERMSIG(state);
  ended.out = read(".stdout");
  ended.err = read(".stderr");
  return ended;
}

}  // namespace regproof::tests
