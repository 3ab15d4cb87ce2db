using Nabla.Engine;

namespace Nabla.Core.Tests.Checkpoints;

public sealed class CheckpointTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("nabla-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void SaveAndLoad_EveryNumberAndText_ComesBackToTheBit()
    {
        Part saved = new()
        {
            Values = [1.5f, -0f, float.Epsilon, float.NaN],
            Numbers = [Math.PI, -0.0, double.NegativeInfinity, double.Epsilon, 0.1 + 0.2, double.NaN],
            Whole = long.MinValue,
            Words = "Größe \"x\" \n\t\0 \ud83d\ude00 lone \ud800 surrogate",
        };
        string path = Checkpoint.Save(_folder, 17, [("a", saved), ("b", new Part { Whole = 5 })]);
        Part loaded = new();
        Part other = new();
        LoadedCheckpoint result = Checkpoint.Load(_folder, [("b", other), ("a", loaded)]);

        Assert.Equal(17, result.Step);
        Assert.Equal(path, result.Path);
        Assert.Empty(result.Skipped);
        Assert.Equal(saved.Values.Select(BitConverter.SingleToInt32Bits), loaded.Values.Select(BitConverter.SingleToInt32Bits));
        Assert.Equal(saved.Numbers.Select(BitConverter.DoubleToInt64Bits), loaded.Numbers.Select(BitConverter.DoubleToInt64Bits));
        Assert.Equal(saved.Whole, loaded.Whole);
        Assert.Equal(saved.Words, loaded.Words);
        Assert.Equal(5, other.Whole);
    }

    [Fact]
    public void Save_KeepsTheLastTwo()
    {
        foreach (long step in new long[] { 3, 20, 100 })
        {
            Save(step);
        }

        Assert.Equal(["checkpoint-000000020", "checkpoint-000000100"], Names());
        Assert.Equal(100, Load().Step);
    }

    [Theory]
    [InlineData("tensors.safetensors", 30)]
    [InlineData("tensors.safetensors", -1)]
    [InlineData("manifest.json", 40)]
    [InlineData("manifest.sha256", 3)]
    public void Load_OneBitOfTheNewestIsWrong_TakesTheOneBeforeAndSaysSo(string file, int position)
    {
        string older = Save(1);
        string newest = Save(2);
        string path = Path.Combine(newest, file);
        byte[] bytes = File.ReadAllBytes(path);
        bytes[position < 0 ? bytes.Length + position : position] ^= 4;
        File.WriteAllBytes(path, bytes);

        LoadedCheckpoint loaded = Load();
        Assert.Equal(older, loaded.Path);
        string sentence = Assert.Single(loaded.Skipped);
        Assert.StartsWith($"Checkpoint '{newest}' was passed over: its ", sentence, StringComparison.Ordinal);
        Assert.Contains("checksum that was written with", sentence, StringComparison.Ordinal);
        Assert.Equal(older, Checkpoint.Newest(_folder));

        // Going on from the older one, the damaged one goes away and cannot come first again.
        Save(2);
        Assert.Equal(2, Load().Step);
        Assert.Empty(Load().Skipped);
    }

    [Theory]
    [InlineData("tensors.safetensors")]
    [InlineData("manifest.json")]
    [InlineData("manifest.sha256")]
    public void Load_FileIsCutOrGone_TakesTheOneBefore(string file)
    {
        Save(1);
        string newest = Save(2);
        string path = Path.Combine(newest, file);
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^20]);
        Assert.Equal(1, Load().Step);
        File.Delete(path);
        Assert.Equal(1, Load().Step);
        Directory.Delete(newest, true);
        Directory.CreateDirectory(newest);
        Assert.Equal(1, Load().Step);
    }

    [Fact]
    public void Load_NothingWhole_SaysWhat()
    {
        Assert.Equal(
            $"There is no checkpoint in '{_folder}'. The run was stopped before its first one; start it anew.",
            Assert.Throws<CheckpointException>(Load).Message);
        string only = Save(4);
        File.Delete(Path.Combine(only, "manifest.json"));
        string message = Assert.Throws<CheckpointException>(Load).Message;
        Assert.StartsWith($"No checkpoint in '{_folder}' is whole. Checkpoint '{only}' was passed over: ", message, StringComparison.Ordinal);
        Assert.Null(Checkpoint.Newest(_folder));
        Assert.Null(Checkpoint.Newest(Path.Combine(_folder, "missing")));
    }

    [Fact]
    public void Load_FromAnotherRun_SaysWhatIsMissing()
    {
        string path = Save(4);
        Assert.Equal(
            $"Checkpoint '{path}' holds nothing for 'optimizer'. It was saved from another kind of run.",
            Assert.Throws<CheckpointException>(() => Checkpoint.Load(_folder, [("part", new Part()), ("optimizer", new Part())])).Message);
    }

    [Theory]
    [InlineData(Fault.Tensors)]
    [InlineData(Fault.Manifest)]
    [InlineData(Fault.Seal)]
    [InlineData(Fault.Flush)]
    [InlineData(Fault.Rename)]
    public void Save_DiskFails_LeavesTheLastOneIntactAndNothingHalfWritten(Fault fault)
    {
        string last = Save(7);
        CheckpointException e = Assert.Throws<CheckpointException>(
            () => Checkpoint.Save(_folder, 8, [("part", new Part { Whole = 8 })], new FullDisk(fault)));
        Assert.Equal(
            $"The checkpoint of step 8 could not be written to '{_folder}': No space left on device. "
            + $"The last whole checkpoint, '{last}', is intact. Make room there or name another folder, then go on.",
            e.Message);
        Assert.Equal(["checkpoint-000000007"], Names());
        Assert.DoesNotContain(Directory.GetFileSystemEntries(_folder), p => Path.GetFileName(p) != "checkpoint-000000007");
        Assert.Equal(7, Load().Step);
        Save(8);
        Assert.Equal(8, Load().Step);
    }

    [Fact]
    public void Save_LeftoverOfAKill_IsRemovedAndNeverLoaded()
    {
        Directory.CreateDirectory(Path.Combine(_folder, ".writing-checkpoint-000000009"));
        Assert.Null(Checkpoint.Newest(_folder));
        Save(1);
        Assert.Equal(["checkpoint-000000001"], Names());
    }

    [Fact]
    public void Load_LeavesNoTensorBehind()
    {
        Save(1);
        long before = NativeMemory.LiveHandles;
        Load();
        Assert.Equal(before, NativeMemory.LiveHandles);
    }

    private string Save(long step) => Checkpoint.Save(_folder, step, [("part", new Part { Whole = step })]);

    private LoadedCheckpoint Load() => Checkpoint.Load(_folder, [("part", new Part())]);

    private string[] Names() => [.. Directory.GetDirectories(_folder).Select(p => Path.GetFileName(p)).Order(StringComparer.Ordinal)];

    public enum Fault
    {
        Tensors,
        Manifest,
        Seal,
        Flush,
        Rename,
    }

    private sealed class FullDisk(Fault fault) : CheckpointFiles
    {
        public override void WriteTensors(
            string path, IReadOnlyList<(string Name, Tensor Value)> tensors, IReadOnlyDictionary<string, string> metadata)
        {
            if (fault == Fault.Tensors)
            {
                File.WriteAllBytes(path, new byte[100]);
                throw new IOException("No space left on device");
            }

            base.WriteTensors(path, tensors, metadata);
        }

        public override void WriteBytes(string path, ReadOnlySpan<byte> bytes)
        {
            string name = Path.GetFileName(path);
            if ((fault == Fault.Manifest && name == "manifest.json") || (fault == Fault.Seal && name == "manifest.sha256"))
            {
                File.WriteAllBytes(path, bytes[..(bytes.Length / 2)]);
                throw new IOException("No space left on device");
            }

            base.WriteBytes(path, bytes);
        }

        public override void FlushFolder(string path)
        {
            if (fault == Fault.Flush)
            {
                throw new IOException("No space left on device");
            }

            base.FlushFolder(path);
        }

        public override void Rename(string from, string to)
        {
            if (fault == Fault.Rename)
            {
                throw new IOException("No space left on device");
            }

            base.Rename(from, to);
        }
    }

    private sealed class Part : IStateful
    {
        public float[] Values { get; set; } = [2, 3, 5];

        public double[] Numbers { get; set; } = [0.7];

        public long Whole { get; set; }

        public string Words { get; set; } = "";

        public void Save(StateWriter writer)
        {
            writer.Tensor("values", Tensor.From(Values, Values.Length));
            for (int i = 0; i < Numbers.Length; i++)
            {
                writer.Number($"number{i}", Numbers[i]);
            }

            writer.Integer("count", Numbers.Length);
            writer.Integer("whole", Whole);
            writer.Text("words", Words);
        }

        public void Load(StateReader reader)
        {
            Values = reader.Tensor("values").ToArray<float>();
            Numbers = [.. Enumerable.Range(0, (int)reader.Integer("count")).Select(i => reader.Number($"number{i}"))];
            Whole = reader.Integer("whole");
            Words = reader.Text("words");
        }
    }
}
