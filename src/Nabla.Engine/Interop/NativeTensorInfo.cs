using System.Runtime.InteropServices;

namespace Nabla.Engine;

// nabla_tensor_info in native/nabla_bridge.h.
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativeTensorInfo
{
    public long Rank;
    public long* Sizes;
    public long* Strides;
    public long Elements;
    public long ElementSize;
    public nint Data;
    public long StorageBytes;
    public int DType;
    public int DeviceKind;
    public int DeviceIndex;
    public int IsContiguous;
}
