using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Nabla.Engine;
using Nabla.Problems.Datasets;
using Nabla.Problems.Models;
using Nabla.Testing;

namespace Nabla.Problems.Tests;

/// <summary>Folders that pretend to be models: a sentence each, and no memory beyond what the files hold.</summary>
public sealed class HostileModelTests : IDisposable
{
    // Far above what the sentences and the small true parts of the fixture need, far below what the files pretend to hold.
    private const long MostAllocated = 8 << 20;

    private static readonly string Fixtures = Path.Combine(GoldenVector.Folder, "pretrained");

    private readonly TemporaryFolder _folder = new();

    public HostileModelTests()
    {
        foreach (var file in Directory.GetFiles(Path.Combine(Fixtures, "gpt2-tiny")))
        {
            File.Copy(file, Of(Path.GetFileName(file)));
        }

        File.Copy(Path.Combine(GoldenVector.Folder, "tokenizers", "gpt2", "tokenizer.json"), Of("tokenizer.json"));
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("""{"model_type":"mamba"}""", "describes a model of type 'mamba'; Nabla reads gpt2 and llama.")]
    [InlineData("""{"n_layer":2000000000}""", "numbers, but the files beside it hold")]
    [InlineData("""{"vocab_size":2147483647}""", "numbers, but the files beside it hold")]
    [InlineData("""{"n_positions":2147483647}""", "numbers, but the files beside it hold")]
    [InlineData("""{"n_inner":2147483647}""", "numbers, but the files beside it hold")]
    [InlineData("""{"vocab_size":2147483647,"n_embd":2147483646,"n_layer":2147483647}""", "describes no model that can be")]
    [InlineData("""{"n_layer":1e300}""", "a whole number of at most 2147483647")]
    [InlineData("""{"n_embd":-16}""", "describes no model that can be")]
    public void Configurations(string changes, string says)
    {
        var document = JsonNode.Parse(File.ReadAllText(Of("config.json")))!.AsObject();
        foreach (var (key, value) in JsonNode.Parse(changes)!.AsObject())
        {
            document[key] = value!.DeepClone();
        }

        File.WriteAllText(Of("config.json"), document.ToJsonString(JsonSerializerOptions.Default));
        Refuses<DataException>(says);
    }

    [Fact]
    public void A_missing_shard()
    {
        File.Move(Of("model.safetensors"), Of("model-00001-of-00002.safetensors"));
        var map = new JsonObject { ["transformer.wte.weight"] = "model-00001-of-00002.safetensors", ["transformer.wpe.weight"] = "model-00002-of-00002.safetensors" };
        File.WriteAllText(Of("model.safetensors.index.json"), new JsonObject { ["weight_map"] = map }.ToJsonString());
        Refuses<DataException>("model-00002-of-00002.safetensors' is missing;");
    }

    [Fact]
    public void A_tensor_of_another_shape_with_as_many_numbers()
    {
        Header(text => text.Replace("[61, 16]", "[16, 61]", StringComparison.Ordinal).Replace("[61,16]", "[16,61]", StringComparison.Ordinal));
        Refuses<DataException>("'transformer.wte.weight' is [16, 61] instead of [61, 16]");
    }

    [Fact]
    public void A_tensor_that_is_cut_short()
    {
        var bytes = File.ReadAllBytes(Of("model.safetensors"));
        File.WriteAllBytes(Of("model.safetensors"), bytes[..^100]);
        Refuses<SafeTensorsException>("are not a range within the");
    }

    [Fact]
    public void A_header_and_a_tensor_of_absurd_sizes()
    {
        var bytes = File.ReadAllBytes(Of("model.safetensors"));
        File.WriteAllBytes(Of("model.safetensors"), [.. BitConverter.GetBytes(1UL << 60), .. bytes[8..]]);
        Refuses<SafeTensorsException>("it announces a header of 1152921504606846976 bytes");
        File.WriteAllBytes(Of("model.safetensors"), [.. BitConverter.GetBytes(90_000_000UL), .. bytes[8..]]);
        Refuses<SafeTensorsException>("it announces a header of 90000000 bytes, but only");
        var huge = "{\"transformer.wte.weight\":{\"dtype\":\"F32\",\"shape\":[1099511627776,1099511627776],\"data_offsets\":[0,4]}}";
        File.WriteAllBytes(Of("model.safetensors"), [.. BitConverter.GetBytes((ulong)huge.Length), .. Encoding.ASCII.GetBytes(huge), 0, 0, 0, 0]);
        Refuses<SafeTensorsException>("has more elements than fit");
        huge = huge.Replace("1099511627776,1099511627776", "1099511627776", StringComparison.Ordinal);
        File.WriteAllBytes(Of("model.safetensors"), [.. BitConverter.GetBytes((ulong)huge.Length), .. Encoding.ASCII.GetBytes(huge), 0, 0, 0, 0]);
        Refuses<SafeTensorsException>("needs 4398046511104 bytes, but its data_offsets [0, 4] give 4");
    }

    [Theory]
    [InlineData("config.json")]
    [InlineData("tokenizer.json")]
    [InlineData("model.safetensors.index.json")]
    public void Documents_that_are_too_large(string name)
    {
        using (var file = File.OpenWrite(Of(name)))
        {
            file.SetLength(1L << 32);
        }

        Refuses<DataException>("no such file of a model is.");
    }

    [Fact]
    public void A_list_of_merges_without_end()
    {
        var document = JsonNode.Parse(File.ReadAllText(Of("tokenizer.json")))!.AsObject();
        document["model"]!["merges"] = new JsonArray(new JsonArray("", "t"));
        File.WriteAllText(Of("tokenizer.json"), document.ToJsonString());
        Refuses<DataException>("joins '' and 't' into 't' again, without end");
    }

    private string Of(string name) => Path.Combine(_folder.Path, name);

    private void Header(Func<string, string> change)
    {
        var bytes = File.ReadAllBytes(Of("model.safetensors"));
        var length = checked((int)BitConverter.ToUInt64(bytes));
        var header = change(Encoding.UTF8.GetString(bytes, 8, length));
        Assert.Equal(length, header.Length);
        File.WriteAllBytes(Of("model.safetensors"), [.. bytes[..8], .. Encoding.UTF8.GetBytes(header), .. bytes[(8 + length)..]]);
    }

    private void Refuses<TException>(string says)
        where TException : Exception
    {
        var (handles, bytes) = (NativeMemory.LiveHandles, NativeMemory.LiveBytes);
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var refused = Assert.Throws<TException>(() => LanguageFolder.Load(_folder.Path));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - allocated, 0, MostAllocated);
        Assert.Contains(says, refused.Message, StringComparison.Ordinal);
        Assert.Equal(handles, NativeMemory.LiveHandles);
        Assert.Equal(bytes, NativeMemory.LiveBytes);
    }
}
