// The C interface between Nabla.Engine and libtorch. Everything the library needs of libtorch passes here.
//
// A tensor handle is a pointer to a TensorImpl that owns one reference. A function that can fail returns 0 for
// success and anything else for failure, whose text nabla_last_error gives on the same thread; on failure it has
// handed out no handle. A zero handle stands for an undefined tensor.
#pragma once

#include <cstdint>

#define NABLA_API extern "C" __attribute__((visibility("default")))

using nabla_tensor = void*;

// What a record of an argument or of a result holds.
enum nabla_kind : int32_t {
  NABLA_NONE = 0,
  NABLA_TENSOR = 1,                // handle
  NABLA_INTEGER = 2,               // integer; also a dtype, a layout and a memory format, by libtorch's numbers
  NABLA_DOUBLE = 3,                // number
  NABLA_BOOL = 4,                  // integer
  NABLA_TENSOR_LIST = 5,           // pointer to `count` handles
  NABLA_OPTIONAL_TENSOR_LIST = 6,  // pointer to `count` handles, of which any may be zero
  NABLA_INTEGER_LIST = 7,          // pointer to `count` int64_t
  NABLA_DOUBLE_LIST = 8,           // pointer to `count` double
  NABLA_BOOL_LIST = 9,             // pointer to `count` bytes
  NABLA_DEVICE = 10,               // integer: the kind; count: the index, or -1
  NABLA_STRING = 11,               // pointer to `count` bytes of UTF-8
  NABLA_GENERATOR = 12,            // pointer from nabla_generator_*
  NABLA_DTYPE = 13,                // integer: libtorch's number
};

struct nabla_argument {
  int32_t kind;
  int32_t count;
  union {
    int64_t integer;
    double number;
    void* pointer;
  };
};

struct nabla_tensor_info {
  int64_t rank;
  const int64_t* sizes;    // valid while the handle lives and no in-place operator changes the shape
  const int64_t* strides;  // null where the layout has none
  int64_t elements;
  int64_t element_size;
  void* data;
  int64_t storage_bytes;
  int32_t dtype;
  int32_t device_kind;
  int32_t device_index;
  int32_t is_contiguous;
};

// Where a parameter and its gradient lie. `state`: 0 no gradient; 1 both lie on the CPU, in one piece in row-major
// order, as equally many floating-point numbers; 2 anything else (only the state is then set).
struct nabla_gradient_memory {
  void* parameter;
  void* gradient;
  int64_t elements;
  int32_t parameter_dtype;
  int32_t gradient_dtype;
  int64_t state;
};

NABLA_API const char* nabla_last_error();

// Operators. An operator handle lives as long as the process. Pointers in results (tensor lists) are valid until the
// next call on the same thread. With `results` null whatever the operator returns is dropped.
NABLA_API void* nabla_operator_find(const char* name, const char* overload);
NABLA_API int32_t nabla_operator_call(void* op, const nabla_argument* arguments, int32_t argument_count,
                                      nabla_argument* results, int32_t capacity, int32_t* result_count);
NABLA_API int32_t nabla_operator_schemas(const char** text, int64_t* bytes);

// Tensors.
NABLA_API void nabla_tensor_free(nabla_tensor tensor);
NABLA_API nabla_tensor nabla_tensor_share(nabla_tensor tensor);
NABLA_API int32_t nabla_tensor_describe(nabla_tensor tensor, nabla_tensor_info* info);
NABLA_API int32_t nabla_tensor_get_requires_grad(nabla_tensor tensor);
NABLA_API int32_t nabla_tensor_set_requires_grad(nabla_tensor tensor, int32_t value);
NABLA_API int32_t nabla_tensor_has_grad(nabla_tensor tensor);
NABLA_API int32_t nabla_tensor_get_grad(nabla_tensor tensor, nabla_tensor* gradient);
NABLA_API int32_t nabla_tensor_set_grad(nabla_tensor tensor, nabla_tensor gradient);
// Hands out no handles: the addresses hold until a gradient is replaced or a storage is resized.
NABLA_API int32_t nabla_gradient_memory_of(const nabla_tensor* tensors, int64_t count, nabla_gradient_memory* memory);
// A tensor of the CPU that stands on the bytes of an open file, from `offset` on. Writing to it changes this process's
// copy of a page, never the file. The mapping ends with the tensor's storage and outlives the descriptor. `tensor`
// stays zero where the system does not map the file. The file must be long enough and stay so.
NABLA_API int32_t nabla_tensor_map(int32_t descriptor, int64_t offset, const int64_t* sizes, int32_t rank, int32_t dtype,
                                   nabla_tensor* tensor);
NABLA_API int64_t nabla_live_handles();
NABLA_API int64_t nabla_live_bytes();
// Gives pages that the allocator holds free between others back to the system, where it can.
NABLA_API void nabla_return_pages();

// Autograd. `gradient`, `grad_outputs` and entries of it may be zero.
NABLA_API int32_t nabla_backward(nabla_tensor tensor, nabla_tensor gradient, int32_t retain_graph,
                                 int32_t create_graph);
NABLA_API int32_t nabla_grad(const nabla_tensor* outputs, int32_t output_count, const nabla_tensor* inputs,
                             int32_t input_count, const nabla_tensor* grad_outputs, int32_t retain_graph,
                             int32_t create_graph, int32_t allow_unused, nabla_tensor* gradients);
NABLA_API int32_t nabla_grad_mode_get();
NABLA_API void nabla_grad_mode_set(int32_t enabled);
NABLA_API int32_t nabla_inference_mode_get();
NABLA_API void* nabla_inference_mode_enter();
NABLA_API void nabla_inference_mode_exit(void* guard);

// Generators of random numbers (of the CPU).
NABLA_API int32_t nabla_generator_create(uint64_t seed, void** generator);
NABLA_API int32_t nabla_generator_default(void** generator);
NABLA_API void nabla_generator_free(void* generator);
NABLA_API int32_t nabla_generator_seed(void* generator, uint64_t seed);
NABLA_API int32_t nabla_generator_initial_seed(void* generator, uint64_t* seed);
NABLA_API int32_t nabla_generator_get_state(void* generator, uint8_t* bytes, int64_t capacity, int64_t* count);
NABLA_API int32_t nabla_generator_set_state(void* generator, const uint8_t* bytes, int64_t count);

// The library itself.
NABLA_API int32_t nabla_threads_get();
NABLA_API int32_t nabla_threads_set(int32_t count);
NABLA_API int32_t nabla_cuda_available();
NABLA_API int32_t nabla_cuda_device_count();
NABLA_API const char* nabla_version();
NABLA_API const char* nabla_library_path();
