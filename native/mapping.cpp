// Tensors that stand on the bytes of a file.
#include <ATen/ATen.h>
#include <sys/mman.h>
#include <unistd.h>

#include <limits>

#include "handles.h"

using nabla::guarded;

NABLA_API int32_t nabla_tensor_map(int32_t descriptor, int64_t offset, const int64_t* sizes, int32_t rank, int32_t dtype,
                                   nabla_tensor* tensor) {
  return guarded([&] {
    *tensor = nullptr;
    const auto type = static_cast<c10::ScalarType>(dtype);
    const auto width = static_cast<int64_t>(c10::elementSize(type));
    int64_t bytes = width;
    for (int32_t i = 0; i < rank; i++) {
      TORCH_CHECK(sizes[i] > 0 && bytes <= std::numeric_limits<int64_t>::max() / sizes[i],
                  "a mapped tensor has at least one element and no more than fit");
      bytes *= sizes[i];
    }
    TORCH_CHECK(offset >= 0 && offset % width == 0, "elements of ", width, " bytes cannot stand at byte ", offset);

    // Files are mapped from the borders of pages on.
    const int64_t before = offset % static_cast<int64_t>(sysconf(_SC_PAGESIZE));
    const auto length = static_cast<size_t>(before + bytes);
    // Private: whoever writes to the tensor gets pages of his own, the file stays. No room is set aside for them, as
    // most mapped weights are only read.
    void* const pages = mmap(nullptr, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_NORESERVE, descriptor,
                             static_cast<off_t>(offset - before));
    if (pages == MAP_FAILED) {
      return;
    }
    try {
      *tensor = nabla::make_handle(at::from_blob(
          static_cast<char*>(pages) + before, at::IntArrayRef(sizes, static_cast<size_t>(rank)),
          [pages, length](void*) { munmap(pages, length); }, at::TensorOptions().dtype(type)));
    } catch (...) {
      munmap(pages, length);
      throw;
    }
  });
}
