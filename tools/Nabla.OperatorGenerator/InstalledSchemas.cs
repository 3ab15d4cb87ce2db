using Nabla.Engine;

namespace Nabla.OperatorGenerator;

/// <summary>The operators of the libtorch that is installed here.</summary>
internal static class InstalledSchemas
{
    /// <summary>The version of the loaded libtorch.</summary>
    public static string Version => Torch.Version;

    /// <summary>All schemas, in ordinal order.</summary>
    public static IReadOnlyList<string> All() => [.. OperatorSchemas.All().Order(StringComparer.Ordinal)];
}
