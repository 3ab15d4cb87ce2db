using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Nabla.Engine;

/// <summary>The header of a safetensors file: parsed with every claim checked, or composed.</summary>
internal sealed class SafeTensorsHeader
{
    /// <summary>The longest header the format allows, in bytes.</summary>
    internal const long MaximumLength = 100_000_000;

    private const string MetadataName = "__metadata__";

    private readonly string _source;
    private readonly List<SafeTensorsEntry> _entries = [];
    private readonly Dictionary<string, string> _metadata = new(StringComparer.Ordinal);

    private SafeTensorsHeader(string source) => _source = source;

    /// <summary>The tensors in the order of their bytes.</summary>
    internal IReadOnlyList<SafeTensorsEntry> Entries => _entries;

    /// <summary>The free text pairs of the file.</summary>
    internal IReadOnlyDictionary<string, string> Metadata => _metadata;

    /// <summary>Checks the length field of the header.</summary>
    /// <param name="length">The first eight bytes of the file.</param>
    /// <param name="fileLength">The length of the whole file.</param>
    /// <param name="source">The name of the file for messages.</param>
    internal static int CheckLength(ulong length, long fileLength, string source)
    {
        if (length > MaximumLength)
        {
            throw new SafeTensorsException(
                $"'{source}' is not a safetensors file: it announces a header of {length} bytes; " +
                $"the format allows at most {MaximumLength}.");
        }

        if ((long)length > fileLength - sizeof(ulong))
        {
            throw new SafeTensorsException(
                $"'{source}' is not a whole safetensors file: it announces a header of {length} bytes, but only " +
                $"{fileLength - sizeof(ulong)} bytes follow.");
        }

        return (int)length;
    }

    /// <summary>Parses a header and checks that its ranges tile the data exactly.</summary>
    /// <param name="json">The bytes between the length field and the data.</param>
    /// <param name="fileLength">The length of the whole file.</param>
    /// <param name="source">The name of the file for messages.</param>
    internal static SafeTensorsHeader Parse(ReadOnlySpan<byte> json, long fileLength, string source)
    {
        var header = new SafeTensorsHeader(source);
        if (json.Length == 0 || json[0] != (byte)'{')
        {
            throw header.Invalid("the header does not begin with '{'");
        }

        if (!Utf8.IsValid(json))
        {
            throw header.Invalid("the header is not valid UTF-8");
        }

        var dataStart = sizeof(ulong) + (long)json.Length;
        try
        {
            header.ParseObject(json, dataStart, fileLength - dataStart);
        }
        catch (JsonException exception)
        {
            throw new SafeTensorsException(
                $"'{source}' is not a valid safetensors file: its header is not JSON at byte " +
                $"{exception.BytePositionInLine} of line {exception.LineNumber}.", exception);
        }
        catch (InvalidOperationException exception)
        {
            // A string with half of a surrogate pair is valid JSON, but no text.
            throw new SafeTensorsException(
                $"'{source}' is not a valid safetensors file: its header holds a string that is not valid Unicode.",
                exception);
        }

        header.CheckTiling(dataStart, fileLength - dataStart);
        return header;
    }

    /// <summary>Composes a header, its length padded with spaces to a multiple of eight.</summary>
    /// <param name="tensors">Names, types, shapes and byte counts in the order of the data.</param>
    /// <param name="metadata">Free text pairs; null or empty for none.</param>
    internal static byte[] Compose(
        IReadOnlyList<(string Name, DType DType, long[] Shape, long ByteCount)> tensors,
        IReadOnlyDictionary<string, string>? metadata)
    {
        var text = new StringBuilder("{");
        if (metadata is { Count: > 0 })
        {
            text.Append('"').Append(MetadataName).Append("\":{");
            var first = true;
            foreach (var pair in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            {
                text.Append(first ? "" : ",");
                AppendString(text, pair.Key);
                text.Append(':');
                AppendString(text, pair.Value);
                first = false;
            }

            text.Append('}');
        }

        long offset = 0;
        foreach (var (name, dtype, shape, byteCount) in tensors)
        {
            text.Append(text.Length > 1 ? "," : "");
            AppendString(text, name);
            text.Append(":{\"dtype\":\"").Append(NameOf(dtype)).Append("\",\"shape\":[");
            text.AppendJoin(',', shape.Select(size => size.ToString(CultureInfo.InvariantCulture)));
            text.Append(CultureInfo.InvariantCulture, $"],\"data_offsets\":[{offset},{offset + byteCount}]}}");
            offset += byteCount;
        }

        text.Append('}');
        var bytes = new UTF8Encoding(false, true).GetBytes(text.ToString());
        var padded = new byte[(bytes.Length + 7) / 8 * 8];
        padded.AsSpan(bytes.Length).Fill((byte)' ');
        bytes.CopyTo(padded, 0);
        return padded;
    }

    /// <summary>Orders as the format's reference implementation: widest type first, then names byte by byte.</summary>
    internal static int CompareOrder((string Name, DType DType) left, (string Name, DType DType) right)
    {
        var byType = Rank(right.DType).CompareTo(Rank(left.DType));
        return byType != 0
            ? byType
            : Encoding.UTF8.GetBytes(left.Name).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(right.Name));
    }

    /// <summary>The size of one element in bytes.</summary>
    internal static int SizeOf(DType dtype) => dtype switch
    {
        DType.Float64 or DType.Int64 => 8,
        DType.Float32 or DType.Int32 => 4,
        DType.Float16 or DType.BFloat16 => 2,
        DType.Bool or DType.UInt8 => 1,
        _ => throw new ArgumentOutOfRangeException(nameof(dtype), dtype, "Unknown element type."),
    };

    private static string NameOf(DType dtype) => dtype switch
    {
        DType.Float32 => "F32",
        DType.Float64 => "F64",
        DType.BFloat16 => "BF16",
        DType.Float16 => "F16",
        DType.Int64 => "I64",
        DType.Int32 => "I32",
        DType.UInt8 => "U8",
        DType.Bool => "BOOL",
        _ => throw new ArgumentOutOfRangeException(nameof(dtype), dtype, "Unknown element type."),
    };

    private static int Rank(DType dtype) => dtype switch
    {
        DType.Bool => 0,
        DType.UInt8 => 1,
        DType.Float16 => 2,
        DType.BFloat16 => 3,
        DType.Int32 => 4,
        DType.Float32 => 5,
        DType.Float64 => 6,
        DType.Int64 => 7,
        _ => throw new ArgumentOutOfRangeException(nameof(dtype), dtype, "Unknown element type."),
    };

    private static void AppendString(StringBuilder text, string value)
    {
        // Escapes what JSON demands and nothing else, as the reference implementation does.
        text.Append('"');
        foreach (var c in value)
        {
            switch (c)
            {
                case '"': text.Append("\\\""); break;
                case '\\': text.Append("\\\\"); break;
                case '\b': text.Append("\\b"); break;
                case '\f': text.Append("\\f"); break;
                case '\n': text.Append("\\n"); break;
                case '\r': text.Append("\\r"); break;
                case '\t': text.Append("\\t"); break;
                case < ' ': text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"); break;
                default: text.Append(c); break;
            }
        }

        text.Append('"');
    }

    private void ParseObject(ReadOnlySpan<byte> json, long dataStart, long dataLength)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 8 });
        var names = new HashSet<string>(StringComparer.Ordinal);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            if (!names.Add(name))
            {
                throw Invalid($"the name '{Shown(name)}' stands twice in the header");
            }

            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                throw Invalid($"the entry '{Shown(name)}' is not an object");
            }

            if (name == MetadataName)
            {
                ParseMetadata(ref reader);
            }
            else
            {
                ParseEntry(ref reader, name, dataStart, dataLength);
            }
        }

        // Reading on after the closing brace rejects everything but white space there.
        while (reader.Read())
        {
        }
    }

    private void ParseMetadata(ref Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = reader.GetString()!;
            reader.Read();
            if (reader.TokenType != JsonTokenType.String)
            {
                throw Invalid($"the value of '{Shown(key)}' in {MetadataName} is not a string");
            }

            if (!_metadata.TryAdd(key, reader.GetString()!))
            {
                throw Invalid($"the key '{Shown(key)}' stands twice in {MetadataName}");
            }
        }
    }

    private void ParseEntry(ref Utf8JsonReader reader, string name, long dataStart, long dataLength)
    {
        DType? dtype = null;
        List<long>? shape = null;
        List<long>? offsets = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var field = reader.GetString()!;
            reader.Read();
            switch (field)
            {
                case "dtype" when dtype is null:
                    dtype = ParseDType(ref reader, name);
                    break;
                case "shape" when shape is null:
                    shape = ParseIntegers(ref reader, name, field);
                    break;
                case "data_offsets" when offsets is null:
                    offsets = ParseIntegers(ref reader, name, field);
                    break;
                case "dtype" or "shape" or "data_offsets":
                    throw Invalid($"tensor '{Shown(name)}' has the field '{field}' twice");
                default:
                    throw Invalid($"tensor '{Shown(name)}' has an unknown field '{Shown(field)}'");
            }
        }

        if (dtype is null || shape is null || offsets is null)
        {
            var missing = dtype is null ? "dtype" : shape is null ? "shape" : "data_offsets";
            throw Invalid($"tensor '{Shown(name)}' has no field '{missing}'");
        }

        if (offsets.Count != 2 || offsets[0] > offsets[1] || offsets[1] > dataLength)
        {
            throw Invalid(
                $"the data_offsets [{Joined(offsets)}] of tensor '{Shown(name)}' are not a range within the " +
                $"{dataLength} bytes of data that the file has");
        }

        long bytes = SizeOf(dtype.Value);
        try
        {
            foreach (var size in shape)
            {
                // Strides are products too and skip zeros, so sizes beside a zero must not overflow either.
                bytes = checked(bytes * Math.Max(size, 1));
            }
        }
        catch (OverflowException)
        {
            throw Invalid($"the shape [{Joined(shape)}] of tensor '{Shown(name)}' has more elements than fit");
        }

        bytes = shape.Contains(0) ? 0 : bytes;
        if (bytes != offsets[1] - offsets[0])
        {
            throw Invalid(
                $"tensor '{Shown(name)}' of type {NameOf(dtype.Value)} and shape [{Joined(shape)}] needs {bytes} " +
                $"bytes, but its data_offsets [{Joined(offsets)}] give {offsets[1] - offsets[0]}");
        }

        _entries.Add(new SafeTensorsEntry(name, dtype.Value, shape.ToArray(), dataStart + offsets[0], bytes));
    }

    private DType ParseDType(ref Utf8JsonReader reader, string name)
    {
        var text = reader.TokenType == JsonTokenType.String ? reader.GetString()! : "(not a string)";
        return text switch
        {
            "F32" => DType.Float32,
            "F64" => DType.Float64,
            "BF16" => DType.BFloat16,
            "F16" => DType.Float16,
            "I64" => DType.Int64,
            "I32" => DType.Int32,
            "U8" => DType.UInt8,
            "BOOL" => DType.Bool,
            _ => throw Invalid(
                $"tensor '{Shown(name)}' has the element type '{Shown(text)}'; " +
                "readable are F32, F64, BF16, F16, I64, I32, U8 and BOOL"),
        };
    }

    private List<long> ParseIntegers(ref Utf8JsonReader reader, string name, string field)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw Invalid($"the field '{field}' of tensor '{Shown(name)}' is not a list");
        }

        var values = new List<long>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            // libtorch allows 64 dimensions in places; a longer list is an attack on memory, not a tensor.
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out var value) || value < 0
                || values.Count == 64)
            {
                throw Invalid(
                    $"the field '{field}' of tensor '{Shown(name)}' is not a list of at most 64 integers from 0 to 2^63-1");
            }

            values.Add(value);
        }

        return values;
    }

    private void CheckTiling(long dataStart, long dataLength)
    {
        _entries.Sort((left, right) => left.Offset != right.Offset
            ? left.Offset.CompareTo(right.Offset)
            : left.ByteCount.CompareTo(right.ByteCount));
        var expected = dataStart;
        SafeTensorsEntry? previous = null;
        foreach (var entry in _entries)
        {
            if (entry.Offset < expected)
            {
                throw Invalid($"the bytes of tensors '{Shown(previous!.Name)}' and '{Shown(entry.Name)}' overlap");
            }

            if (entry.Offset > expected)
            {
                throw Invalid(
                    $"{entry.Offset - expected} bytes before tensor '{Shown(entry.Name)}' belong to no tensor");
            }

            expected += entry.ByteCount;
            previous = entry;
        }

        if (expected - dataStart != dataLength)
        {
            throw Invalid($"the last {dataLength - (expected - dataStart)} bytes belong to no tensor");
        }
    }

    private static string Joined(List<long> values) => string.Join(", ", values);

    // A hostile name may be megabytes long or move the cursor of a terminal.
    private static string Shown(string name)
    {
        var shortened = name.Length <= 120 ? name : name[..117] + "...";
        return string.Concat(shortened.Select(c => char.IsControl(c) ? '\uFFFD' : c));
    }

    private SafeTensorsException Invalid(string fault) =>
        new($"'{_source}' is not a valid safetensors file: {fault}.");
}
