using System.Text;
using Nabla.Engine;
using Nabla.Problems.Datasets;

namespace Nabla.Problems.Tests;

[Collection("text corpora")]
public sealed class TextCorpusTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("nabla-corpus-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Load_SameFiles_ReadsThemOnce_UntilOneChanges()
    {
        var file = Path.Combine(_folder, "kept.txt");
        File.WriteAllText(file, "one");
        var first = TextCorpus.Load(_folder);
        Assert.Same(first, TextCorpus.Load(_folder));
        Assert.NotSame(first, TextCorpus.Load(_folder, 2));
        File.WriteAllText(file, "two");
        File.SetLastWriteTimeUtc(file, File.GetLastWriteTimeUtc(file).AddSeconds(1));
        Assert.Equal("two", Encoding.UTF8.GetString(TextCorpus.Load(_folder).Text.Span));
    }

    [Fact]
    public void Folder_is_read_in_ordinal_order_without_hidden_and_binary_files()
    {
        Put("b.txt", "second ");
        Put("B/x.txt", "first ");
        Put("c/d.txt", "third");
        Put(".hidden", "no");
        Put("z.bin", "a\0b");
        var corpus = TextCorpus.Load(_folder);
        Assert.Equal("first second third", Encoding.UTF8.GetString(corpus.Text.Span));
        Assert.Contains("3 of 4 files", corpus.Summary, StringComparison.Ordinal);
        Assert.Contains("1 binary", corpus.Summary, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<a>one</a>", "one\n")]
    [InlineData("\uFEFF<?xml version='1.0'?>\n<a>\n   one\n   <b x='1 > 0'/> two</a>", "one\ntwo\n")]
    [InlineData("a &lt;b&gt; &amp;amp; &quot;&apos;&#65;&nbsp;&unknown;.", "a <b> &amp; \"'A.\n")]
    [InlineData("x<!-- <b>no</b> -->y & z &", "xy & z &\n")]
    [InlineData("a<unclosed", "a\n")]
    [InlineData("a<b c='unclosed", "a\n")]
    [InlineData("  \n ", "")]
    [InlineData("größe", "größe\n")]
    [InlineData("a <see cref=\"T:System.Collections.BitArray\" /> of <paramref name='n'/>.", "a BitArray of n.\n")]
    [InlineData("<see cref='M:A.B.Append(System.Char)'/> or <see langword='null'/>", "Append or null\n")]
    [InlineData("<see cref='T:A.Span`1'/>,<see cref='P:A.Item'>the item</see>", "Span,the item\n")]
    [InlineData("a <see cref='unclosed/> b", "a\n")]
    [InlineData("a <see cref=/> <see cref='' /><typeparamref name=\"T\"/>", "a T\n")]
    public void Xml_is_stripped(string xml, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(xml);
        var target = new byte[bytes.Length + 1];
        Assert.Equal(text, Encoding.UTF8.GetString(target.AsSpan(0, XmlText.Strip(bytes, target))));
    }

    [Fact]
    public void Xml_files_are_stripped_others_are_not()
    {
        Put("a.xml", "<p>one</p>");
        Put("b.txt", "<p>");
        Assert.Equal("one\n<p>", Encoding.UTF8.GetString(TextCorpus.Load(_folder).Text.Span));
    }

    [Fact]
    public void Limit_is_kept_and_said()
    {
        Put("a.txt", new string('a', 3000));
        var corpus = TextCorpus.Load(_folder, 2048);
        Assert.Equal(2048, corpus.Text.Length);
        Assert.Contains("the first 0.002 MiB", corpus.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_empty_and_textless_data_get_a_sentence()
    {
        Assert.Contains("no file or folder", Assert.Throws<DataException>(() => TextCorpus.Load(Path.Combine(_folder, "x"))).Message, StringComparison.Ordinal);
        Assert.Contains("holds no files", Assert.Throws<DataException>(() => TextCorpus.Load(_folder)).Message, StringComparison.Ordinal);
        Put("empty.txt", "");
        Assert.Contains("empty or binary", Assert.Throws<DataException>(() => TextCorpus.Load(_folder)).Message, StringComparison.Ordinal);
        Assert.Contains("Install the .NET SDK", Assert.Throws<DataException>(() => TextCorpus.LoadPacks([_folder], 100)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Newest_version_of_each_pack_is_taken_in_english()
    {
        Put("packs/B.Ref/9.0.0/ref/net9.0/b.xml", "old");
        Put("packs/B.Ref/10.0.0/ref/net10.0/b.xml", "<m>new</m>");
        Put("packs/B.Ref/10.0.0/ref/net10.0/de/b.xml", "deutsch");
        Put("packs/B.Ref/10.0.0/data/list.xml", "list");
        Put("packs/A.Ref/1.0.0/ref/net1/a.xml", "a");
        var corpus = TextCorpus.LoadPacks([Path.Combine(_folder, "none"), Path.Combine(_folder, "packs")], 1000);
        Assert.Equal("a\nnew\n", Encoding.UTF8.GetString(corpus.Text.Span));
    }

    [Fact]
    public void Default_text_is_found_and_is_prose()
    {
        var corpus = TextCorpus.LoadDefault(1 << 20);
        Assert.Equal(1 << 20, corpus.Text.Length);
        Assert.True(corpus.Text.Span.IndexOf(" the "u8) > 0);
        Assert.Equal(-1, corpus.Text.Span.IndexOf("</member>"u8));
    }

    [Theory]
    [InlineData(100, 25)]
    [InlineData(1_000, 10)]
    [InlineData(10_007, 129)]
    [InlineData(5_000_000, 129)]
    public void Parts_are_disjoint_cover_the_text_and_hold_every_window(int length, int window)
    {
        var text = new byte[length];
        var split = new TextSplit(text, window, new Seed(3));
        var owner = new int[length];
        foreach (var part in (bool[])[false, true])
        {
            foreach (var (start, end) in split.Segments(part))
            {
                for (var i = start; i < end; i++)
                {
                    Assert.Equal(0, owner[i]);
                    owner[i] = part ? 2 : 1;
                }
            }
        }

        Assert.DoesNotContain(0, owner);
        Assert.Equal(split.TrainingCount, owner.Count(o => o == 1));
        Assert.Equal(split.ValidationCount, owner.Count(o => o == 2));
        // Marks let a window show from which part its bytes are.
        for (var i = 0; i < length; i++)
        {
            text[i] = (byte)owner[i];
        }

        var random = new RandomStream(new Seed(1));
        for (var i = 0; i < 2_000; i++)
        {
            Assert.Equal(-1, split.DrawTraining(random).IndexOf((byte)2));
            Assert.Equal(-1, split.ValidationWindow(i, 2_000).IndexOf((byte)1));
        }
    }

    [Fact]
    public void Split_is_fixed_by_the_seed()
    {
        var text = new byte[100_000];
        Assert.Equal(new TextSplit(text, 9, new Seed(1)).Segments(true), new TextSplit(text, 9, new Seed(1)).Segments(true));
        Assert.NotEqual(new TextSplit(text, 9, new Seed(1)).Segments(true), new TextSplit(text, 9, new Seed(2)).Segments(true));
    }

    [Fact]
    public void Every_training_window_is_drawn()
    {
        var text = new byte[60];
        for (var i = 0; i < text.Length; i++)
        {
            text[i] = (byte)i;
        }

        var split = new TextSplit(text, 3, new Seed(1));
        var random = new RandomStream(new Seed(1));
        var seen = new HashSet<byte>();
        for (var i = 0; i < 5_000; i++)
        {
            seen.Add(split.DrawTraining(random)[0]);
        }

        Assert.Equal(split.Segments(false).Sum(s => s.End - s.Start - 2), seen.Count);
    }

    [Fact]
    public void Unigram_entropy_is_that_of_the_frequencies()
    {
        var random = new RandomStream(new Seed(2));
        var text = new byte[2_000_000];
        for (var i = 0; i < text.Length; i++)
        {
            text[i] = (byte)(random.NextInt(4) == 0 ? 'a' : 'b');
        }

        var expected = -(0.25 * Math.Log(0.25)) - (0.75 * Math.Log(0.75));
        Assert.Equal(expected, new TextSplit(text, 10, new Seed(1)).UnigramEntropy(), 0.01);
    }

    [Fact]
    public void Short_text_gets_a_sentence() => Assert.Contains(
        "100 bytes; windows of 26 bytes need at least 104",
        Assert.Throws<DataException>(() => new TextSplit(new byte[100], 26, new Seed(1))).Message,
        StringComparison.Ordinal);

    private void Put(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
