using System.Security.Cryptography;

namespace Nabla.Dashboard.Serving;

/// <summary>A file that is served as it is.</summary>
/// <param name="Bytes">Its content.</param>
/// <param name="ContentType">Its media type.</param>
/// <param name="Tag">Its entity tag, quoted.</param>
internal sealed record Asset(byte[] Bytes, string ContentType, string Tag)
{
    private const string Prefix = "assets/";

    private static readonly Lazy<IReadOnlyDictionary<string, Asset>> s_all = new(Read);

    /// <summary>The scripts, styles and licences in the assembly, by the name they are served under. No file is ever opened.</summary>
    public static IReadOnlyDictionary<string, Asset> All => s_all.Value;

    private static Dictionary<string, Asset> Read()
    {
        var assets = new Dictionary<string, Asset>(StringComparer.Ordinal);
        var assembly = typeof(Asset).Assembly;
        foreach (var resource in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            using var stream = assembly.GetManifestResourceStream(resource)!;
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            var type = Path.GetExtension(resource) switch
            {
                ".js" => "text/javascript; charset=utf-8",
                ".css" => "text/css; charset=utf-8",
                ".svg" => "image/svg+xml",
                _ => "text/plain; charset=utf-8",
            };
            var tag = $"\"{Convert.ToHexString(SHA256.HashData(bytes))[..20]}\"";
            assets.Add(resource[Prefix.Length..], new Asset(bytes, type, tag));
        }

        return assets;
    }
}
