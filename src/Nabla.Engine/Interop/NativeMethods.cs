using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Nabla.Engine;

// The functions of native/nabla_bridge.h. Those that neither throw nor take longer than a few nanoseconds skip the
// runtime's transition; nothing that may run a kernel, take a lock or free memory does.
internal static unsafe partial class NativeMethods
{
    private const string Library = "nabla_bridge";

    static NativeMethods() => NativeLibrary.SetDllImportResolver(
        typeof(NativeMethods).Assembly,
        static (name, _, _) => name == Library ? BridgeLoader.Load(AppContext.BaseDirectory) : 0);

    [LibraryImport(Library, EntryPoint = "nabla_last_error")]
    public static partial byte* LastError();

    [LibraryImport(Library, EntryPoint = "nabla_operator_find", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint OperatorFind(string name, string overload);

    [LibraryImport(Library, EntryPoint = "nabla_operator_call")]
    public static partial int OperatorCall(
        nint op, NativeArgument* arguments, int argumentCount, NativeArgument* results, int capacity, int* resultCount);

    [LibraryImport(Library, EntryPoint = "nabla_operator_schemas")]
    public static partial int OperatorSchemas(byte** text, long* bytes);

    [LibraryImport(Library, EntryPoint = "nabla_tensor_free")]
    public static partial void TensorFree(nint tensor);

    [LibraryImport(Library, EntryPoint = "nabla_tensor_share")]
    public static partial nint TensorShare(nint tensor);

    [SuppressGCTransition]
    [LibraryImport(Library, EntryPoint = "nabla_tensor_describe")]
    public static partial int TensorDescribe(nint tensor, NativeTensorInfo* info);

    [SuppressGCTransition]
    [LibraryImport(Library, EntryPoint = "nabla_tensor_get_requires_grad")]
    public static partial int TensorGetRequiresGrad(nint tensor);

    [LibraryImport(Library, EntryPoint = "nabla_tensor_set_requires_grad")]
    public static partial int TensorSetRequiresGrad(nint tensor, int value);

    [SuppressGCTransition]
    [LibraryImport(Library, EntryPoint = "nabla_tensor_has_grad")]
    public static partial int TensorHasGrad(nint tensor);

    [LibraryImport(Library, EntryPoint = "nabla_tensor_get_grad")]
    public static partial int TensorGetGrad(nint tensor, nint* gradient);

    [LibraryImport(Library, EntryPoint = "nabla_tensor_set_grad")]
    public static partial int TensorSetGrad(nint tensor, nint gradient);

    [LibraryImport(Library, EntryPoint = "nabla_gradient_memory_of")]
    public static partial int GradientMemoryOf(nint* tensors, long count, GradientMemory* memory);

    [LibraryImport(Library, EntryPoint = "nabla_tensor_map")]
    public static partial int TensorMap(int descriptor, long offset, long* sizes, int rank, int dtype, nint* tensor);

    [LibraryImport(Library, EntryPoint = "nabla_live_handles")]
    public static partial long LiveHandles();

    [LibraryImport(Library, EntryPoint = "nabla_live_bytes")]
    public static partial long LiveBytes();

    [LibraryImport(Library, EntryPoint = "nabla_return_pages")]
    public static partial void ReturnPages();

    [LibraryImport(Library, EntryPoint = "nabla_backward")]
    public static partial int Backward(nint tensor, nint gradient, int retainGraph, int createGraph);

    [LibraryImport(Library, EntryPoint = "nabla_grad")]
    public static partial int Grad(
        nint* outputs,
        int outputCount,
        nint* inputs,
        int inputCount,
        nint* gradOutputs,
        int retainGraph,
        int createGraph,
        int allowUnused,
        nint* gradients);

    [SuppressGCTransition]
    [LibraryImport(Library, EntryPoint = "nabla_grad_mode_get")]
    public static partial int GradModeGet();

    [SuppressGCTransition]
    [LibraryImport(Library, EntryPoint = "nabla_grad_mode_set")]
    public static partial void GradModeSet(int enabled);

    [SuppressGCTransition]
    [LibraryImport(Library, EntryPoint = "nabla_inference_mode_get")]
    public static partial int InferenceModeGet();

    [LibraryImport(Library, EntryPoint = "nabla_inference_mode_enter")]
    public static partial nint InferenceModeEnter();

    [LibraryImport(Library, EntryPoint = "nabla_inference_mode_exit")]
    public static partial void InferenceModeExit(nint guard);

    [LibraryImport(Library, EntryPoint = "nabla_generator_create")]
    public static partial int GeneratorCreate(ulong seed, nint* generator);

    [LibraryImport(Library, EntryPoint = "nabla_generator_default")]
    public static partial int GeneratorDefault(nint* generator);

    [LibraryImport(Library, EntryPoint = "nabla_generator_free")]
    public static partial void GeneratorFree(nint generator);

    [LibraryImport(Library, EntryPoint = "nabla_generator_seed")]
    public static partial int GeneratorSeed(nint generator, ulong seed);

    [LibraryImport(Library, EntryPoint = "nabla_generator_initial_seed")]
    public static partial int GeneratorInitialSeed(nint generator, ulong* seed);

    [LibraryImport(Library, EntryPoint = "nabla_generator_get_state")]
    public static partial int GeneratorGetState(nint generator, byte* bytes, long capacity, long* count);

    [LibraryImport(Library, EntryPoint = "nabla_generator_set_state")]
    public static partial int GeneratorSetState(nint generator, byte* bytes, long count);

    [LibraryImport(Library, EntryPoint = "nabla_threads_get")]
    public static partial int ThreadsGet();

    [LibraryImport(Library, EntryPoint = "nabla_threads_set")]
    public static partial int ThreadsSet(int count);

    [LibraryImport(Library, EntryPoint = "nabla_cuda_available")]
    public static partial int CudaAvailable();

    [LibraryImport(Library, EntryPoint = "nabla_cuda_device_count")]
    public static partial int CudaDeviceCount();

    [LibraryImport(Library, EntryPoint = "nabla_version")]
    public static partial byte* Version();

    [LibraryImport(Library, EntryPoint = "nabla_library_path")]
    public static partial byte* LibraryPath();

    // The text of the error that a function of this thread has just reported.
    public static string ErrorText() => Marshal.PtrToStringUTF8((nint)LastError()) ?? string.Empty;

    public static void Check(int code, [CallerMemberName] string where = "")
    {
        if (code != 0)
        {
            throw new EngineException($"{where}: {ErrorText()}");
        }
    }
}
