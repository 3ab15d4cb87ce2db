using System.Text;

namespace Nabla.Engine.Tests;

public sealed class SafeTensorsHeaderTests
{
    private const string Two =
        """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"U8","shape":[3],"data_offsets":[8,11]}}""";

    [Fact]
    public void Valid_header_is_read()
    {
        var header = Parse(Two, 11);
        Assert.Equal(["a", "b"], header.Entries.Select(entry => entry.Name));
        Assert.Equal(DType.Float32, header.Entries[0].DType);
        Assert.Equal([3L], header.Entries[1].Shape);
        Assert.Equal(8 + Two.Length + 8, header.Entries[1].Offset);
    }

    [Fact]
    public void Padding_metadata_scalars_and_empty_tensors_are_read()
    {
        var header = Parse(
            """{"__metadata__":{"format":"pt","é":"\n"},"s":{"shape":[],"dtype":"F64","data_offsets":[0,8]},"e":{"dtype":"I64","shape":[4,0],"data_offsets":[8,8]}}   """,
            8);
        Assert.Equal("pt", header.Metadata["format"]);
        Assert.Equal("\n", header.Metadata["é"]);
        Assert.Equal(8, header.Entries[0].ByteCount);
        Assert.Equal(0, header.Entries[1].ByteCount);
    }

    public static TheoryData<string, long, string> Hostile => new()
    {
        { "", 0, "does not begin with '{'" },
        { "[]", 0, "does not begin with '{'" },
        { " {}", 0, "does not begin with '{'" },
        { "{", 0, "not JSON" },
        { "{}x", 0, "not JSON" },
        { "{}{}", 0, "not JSON" },
        { """{"a":1}""", 0, "'a' is not an object" },
        { """{"a":{}}""", 0, "'a' has no field 'dtype'" },
        { """{"a":{"dtype":"F32","shape":[1]}}""", 4, "no field 'data_offsets'" },
        { """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":1}}""", 4, "unknown field 'x'" },
        { """{"a":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, "'dtype' twice" },
        { """{"a":{"dtype":"F33","shape":[1],"data_offsets":[0,4]}}""", 4, "element type 'F33'" },
        { """{"a":{"dtype":3,"shape":[1],"data_offsets":[0,4]}}""", 4, "element type" },
        { """{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", 4, "'shape' of tensor 'a'" },
        { """{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}""", 4, "'shape' of tensor 'a'" },
        { """{"a":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,4]}}""", 4, "'shape' of tensor 'a'" },
        { """{"a":{"dtype":"F32","shape":"1","data_offsets":[0,4]}}""", 4, "is not a list" },
        { """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}""", 8, "[0, 4, 8]" },
        { """{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", 4, "[4, 0]" },
        { """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 4, "the 4 bytes of data" },
        { """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4, "needs 8 bytes" },
        { """{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}}""", 0, "more elements than fit" },
        { """{"a":{"dtype":"F32","shape":[0,4294967296,4294967296],"data_offsets":[0,0]}}""", 0, "more elements than fit" },
        { """{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"a":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}}""", 4, "'a' stands twice" },
        { """{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}""", 3, "'a' and 'b' overlap" },
        { """{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}""", 2, "overlap" },
        { """{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[3,5]}}""", 5, "1 bytes before tensor 'b'" },
        { """{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}""", 5, "last 3 bytes" },
        { """{"__metadata__":{"a":1}}""", 0, "'a' in __metadata__ is not a string" },
        { """{"__metadata__":{"a":"1","a":"2"}}""", 0, "'a' stands twice in __metadata__" },
        { """{"\ud800":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}""", 0, "not valid Unicode" },
    };

    [Theory]
    [MemberData(nameof(Hostile))]
    public void Hostile_header_is_refused_with_a_sentence(string json, long dataLength, string part)
    {
        var error = Assert.Throws<SafeTensorsException>(() => Parse(json, dataLength));
        Assert.Contains("'evil.safetensors'", error.Message, StringComparison.Ordinal);
        Assert.Contains(part, error.Message, StringComparison.Ordinal);
        Assert.EndsWith(".", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Invalid_utf8_is_refused()
    {
        byte[] json = [.. "{\"a"u8, 0xC3, 0x28, .. "\":{}}"u8];
        var error = Assert.Throws<SafeTensorsException>(() => SafeTensorsHeader.Parse(json, 8 + json.Length, "f"));
        Assert.Contains("UTF-8", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Deep_nesting_is_refused()
    {
        var json = "{\"a\":" + new string('[', 100_000);
        Assert.Throws<SafeTensorsException>(() => Parse(json, 0));
    }

    [Theory]
    [InlineData(100_000_001UL, 1L << 40, "100000000")]
    [InlineData(ulong.MaxValue, 1L << 40, "18446744073709551615")]
    [InlineData(17UL, 24L, "only 16 bytes follow")]
    public void Impossible_header_length_is_refused(ulong length, long fileLength, string part)
    {
        var error = Assert.Throws<SafeTensorsException>(() => SafeTensorsHeader.CheckLength(length, fileLength, "f"));
        Assert.Contains(part, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Long_names_and_control_characters_do_not_reach_the_message()
    {
        var error = Assert.Throws<SafeTensorsException>(() => Parse($$"""{"\u001b[2J{{new string('x', 5_000)}}":1}""", 0));
        Assert.DoesNotContain('\u001b', error.Message);
        Assert.True(error.Message.Length < 400);
    }

    [Fact]
    public void Mutated_and_truncated_headers_never_fail_otherwise()
    {
        var random = new RandomStream(new Seed(77));
        var original = Encoding.UTF8.GetBytes("""{"__metadata__":{"k":"v"},""" + Two[1..]);
        var refused = 0;
        const int rounds = 20_000;
        for (var i = 0; i < rounds; i++)
        {
            var json = original.AsSpan(0, random.NextInt(4) == 0 ? random.NextInt(original.Length) : original.Length).ToArray();
            for (var mutations = random.NextInt(3); mutations > 0 && json.Length > 0; mutations--)
            {
                json[random.NextInt(json.Length)] = random.NextInt(3) == 0
                    ? (byte)random.NextInt(256)
                    : original[random.NextInt(original.Length)];
            }

            try
            {
                var header = SafeTensorsHeader.Parse(json, 8 + json.Length + 11, "f");
                Assert.Equal(11, header.Entries.Sum(entry => entry.ByteCount));
            }
            catch (SafeTensorsException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, rounds / 4, rounds - 1);
    }

    [Fact]
    public void Composed_header_has_the_exact_bytes_of_the_format()
    {
        var bytes = SafeTensorsHeader.Compose(
            [("w\"1", DType.Float32, [2, 1], 8), ("é", DType.Bool, [], 1)],
            new Dictionary<string, string> { ["z"] = "1", ["a"] = "tab\t\u0001" });
        var expected =
            "{\"__metadata__\":{\"a\":\"tab\\t\\u0001\",\"z\":\"1\"}," +
            "\"w\\\"1\":{\"dtype\":\"F32\",\"shape\":[2,1],\"data_offsets\":[0,8]}," +
            "\"é\":{\"dtype\":\"BOOL\",\"shape\":[],\"data_offsets\":[8,9]}}";
        Assert.Equal(0, bytes.Length % 8);
        Assert.Equal(expected, Encoding.UTF8.GetString(bytes).TrimEnd(' '));
        Assert.True(bytes.Length - Encoding.UTF8.GetByteCount(expected) < 8);
    }

    [Fact]
    public void Tensors_stand_widest_type_first_then_by_bytes_of_the_name()
    {
        List<(string, DType)> items =
        [
            ("a", DType.Bool), ("a", DType.UInt8), ("a", DType.Float16), ("a", DType.BFloat16), ("a", DType.Int32),
            ("\U0001F600", DType.Float32), ("\uFFFD", DType.Float32), ("b", DType.Float32), ("a10", DType.Float32),
            ("a2", DType.Float32), ("B", DType.Float32), ("a", DType.Float64), ("a", DType.Int64),
        ];
        items.Sort(SafeTensorsHeader.CompareOrder);
        Assert.Equal(
            [DType.Int64, DType.Float64, .. Enumerable.Repeat(DType.Float32, 6), DType.Int32, DType.BFloat16, DType.Float16, DType.UInt8, DType.Bool],
            items.Select(item => item.Item2));
        Assert.Equal(["B", "a10", "a2", "b", "\uFFFD", "\U0001F600"], items.Skip(2).Take(6).Select(item => item.Item1));
    }

    private static SafeTensorsHeader Parse(string json, long dataLength)
    {
        var bytes = Encoding.UTF8.GetBytes(json);
        return SafeTensorsHeader.Parse(bytes, 8 + bytes.Length + dataLength, "evil.safetensors");
    }
}
