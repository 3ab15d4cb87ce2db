using System.Runtime.InteropServices;

namespace Nabla.Engine.Tests.Bridge;

public sealed partial class LibrarySettingsTests
{
    [Fact]
    public void What_the_user_set_stays()
    {
        Assert.Equal(
            ["GOMP_SPINCOUNT", "OPENBLAS_CORETYPE"],
            LibrarySettings.Choose(_ => null, needsBlasKernels: true).Select(c => c.Name));
        Assert.Equal(
            ["OPENBLAS_CORETYPE"],
            LibrarySettings.Choose(name => name == "OMP_WAIT_POLICY" ? "active" : "", needsBlasKernels: true).Select(c => c.Name));
        Assert.Equal(
            ["OPENBLAS_CORETYPE"],
            LibrarySettings.Choose(name => name == "GOMP_SPINCOUNT" ? "5" : null, needsBlasKernels: true).Select(c => c.Name));
        Assert.Equal(
            ["GOMP_SPINCOUNT"],
            LibrarySettings.Choose(name => name == "OPENBLAS_CORETYPE" ? "Haswell" : null, needsBlasKernels: true).Select(c => c.Name));
        Assert.Equal(["GOMP_SPINCOUNT"], LibrarySettings.Choose(_ => null, needsBlasKernels: false).Select(c => c.Name));
    }

    [Fact]
    public void Libraries_see_what_started_programs_see()
    {
        Torch.EnsureLoaded();
        foreach (var name in (string[])["GOMP_SPINCOUNT", "OPENBLAS_CORETYPE"])
        {
            Assert.Equal(Environment.GetEnvironmentVariable(name), Marshal.PtrToStringUTF8(Native(name)));
        }

        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("OMP_WAIT_POLICY")))
        {
            Assert.False(string.IsNullOrEmpty(Environment.GetEnvironmentVariable("GOMP_SPINCOUNT")));
        }
    }

    [LibraryImport("libc", EntryPoint = "getenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint Native(string name);
}
