using System.Text;

namespace Nabla.Engine.Tests.Bridge;

public sealed class BridgeLoaderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("nabla-bridge-").FullName;

    private string Bridge => Path.Combine(_folder, BridgeLoader.FileName);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_missing_bridge_is_reported_with_its_folder_and_what_to_do()
    {
        string message = Assert.Throws<EngineException>(() => BridgeLoader.Load(_folder)).Message;

        Assert.Contains("missing in " + _folder, message, StringComparison.Ordinal);
        AssertSaysWhatToDo(message);
    }

    [Fact]
    public void An_empty_bridge_and_one_that_is_no_library_are_reported()
    {
        File.WriteAllBytes(Bridge, []);
        AssertSaysWhatToDo(Assert.Throws<EngineException>(() => BridgeLoader.Load(_folder)).Message);

        File.WriteAllText(Bridge, new string('x', 5000));
        AssertSaysWhatToDo(Assert.Throws<EngineException>(() => BridgeLoader.Load(_folder)).Message);
    }

    [Fact]
    public void A_missing_libtorch_is_reported_by_name()
    {
        // The same bridge, asking for a libtorch that is nowhere.
        byte[] library = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, BridgeLoader.FileName));
        byte[] name = Encoding.ASCII.GetBytes("libtorch_cpu.so");
        int at = library.AsSpan().IndexOf(name);
        Assert.True(at > 0);
        "libnowhere__.so"u8.CopyTo(library.AsSpan(at));
        File.WriteAllBytes(Bridge, library);

        string message = Assert.Throws<EngineException>(() => BridgeLoader.Load(_folder)).Message;

        Assert.Contains("libnowhere__.so", message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
        AssertSaysWhatToDo(message);
    }

    private static void AssertSaysWhatToDo(string message)
    {
        Assert.Contains("apt-get install libtorch-dev", message, StringComparison.Ordinal);
        Assert.Contains("NABLA_LIBTORCH", message, StringComparison.Ordinal);
    }
}
