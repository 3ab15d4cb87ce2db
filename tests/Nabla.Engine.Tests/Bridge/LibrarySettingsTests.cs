using System.Runtime.InteropServices;

namespace Nabla.Engine.Tests.Bridge;

public sealed partial class LibrarySettingsTests
{
    [Fact]
    public void What_the_user_set_stays()
    {
        string[] all = ["GOMP_SPINCOUNT", "OPENBLAS_THREAD_TIMEOUT", "OPENBLAS_CORETYPE"];
        Assert.Equal(all, Chosen(set: null));
        Assert.Equal(all[1..], Chosen(set: "OMP_WAIT_POLICY"));
        foreach (var name in all)
        {
            Assert.Equal(all.Where(n => n != name), Chosen(set: name));
        }

        Assert.Equal(all[..2], LibrarySettings.Choose(_ => "", needsBlasKernels: false).Select(c => c.Name));
    }

    [Fact]
    public void Libraries_see_what_started_programs_see()
    {
        Torch.EnsureLoaded();
        foreach (var name in (string[])["GOMP_SPINCOUNT", "OPENBLAS_THREAD_TIMEOUT", "OPENBLAS_CORETYPE"])
        {
            Assert.Equal(Environment.GetEnvironmentVariable(name), Marshal.PtrToStringUTF8(Native(name)));
        }

        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("OMP_WAIT_POLICY")))
        {
            Assert.False(string.IsNullOrEmpty(Environment.GetEnvironmentVariable("GOMP_SPINCOUNT")));
        }
    }

    private static IEnumerable<string> Chosen(string? set) =>
        LibrarySettings.Choose(name => name == set ? "1" : null, needsBlasKernels: true).Select(c => c.Name);

    [LibraryImport("libc", EntryPoint = "getenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint Native(string name);
}
