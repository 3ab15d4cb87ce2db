using Nabla.Engine;
using Nabla.Problems.Datasets;
using Nabla.Problems.Tokens;
using Nabla.Problems.Unlearning;

namespace Nabla.Problems.Tests.Unlearning;

/// <summary>The published layouts are read; whatever is wrong is one sentence that says where.</summary>
public sealed class ExampleFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("nabla-examples-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_layouts_of_TOFU_MUSE_and_WMDP_are_read()
    {
        var tofu = ExampleFile.Load(File("forget10_perturbed.json",
            """
            {"question": "Who?", "answer": "She.", "paraphrased_answer": "It is she.", "perturbed_answer": ["He.", "They."], "paraphrased_question": "Who is it?"}
            {"question": "When?", "answer": "Now."}
            """));
        Assert.Equal(["forget10_perturbed.json:1", "forget10_perturbed.json:2"], tofu.Select(e => e.Id));
        Assert.Equal(("Who?", "She.", "It is she."), (tofu[0].Prompt, tofu[0].Answer, tofu[0].Paraphrase));
        Assert.Equal(["He.", "They."], tofu[0].WrongAnswers);
        Assert.Empty(tofu[1].WrongAnswers);

        var knowledge = ExampleFile.Load(File("forget_qa.json", """[{"question": "What year?", "answer": "1472"}]"""));
        Assert.Equal((ExampleKind.Question, "1472"), (knowledge[0].Kind, knowledge[0].Answer));
        var verbatim = ExampleFile.Load(File("verbmem.json", """[{"prompt": "Once upon", "gt": " a time"}]"""))[0];
        Assert.Equal((ExampleKind.Continuation, "Once upon", " a time"), (verbatim.Kind, verbatim.Prompt, verbatim.Answer));
        var corpus = ExampleFile.Load(File("raw.json", """["A text.", "Another one."]"""));
        Assert.Equal((ExampleKind.Document, "", "Another one."), (corpus[1].Kind, corpus[1].Prompt, corpus[1].Answer));
        Assert.Equal("A text.", ExampleFile.Load(File("corpus.jsonl", """{"text": "A text.", "title": "T"}"""))[0].Answer);

        var choice = ExampleFile.Load(File("wmdp.json", """{"question": "Which?", "choices": ["p", "q", "r", "s"], "answer": 2, "id": "w-1"}"""))[0];
        Assert.Equal((ExampleKind.Choice, "C", 2, "w-1"), (choice.Kind, choice.Answer, choice.Correct, choice.Id));
        Assert.Equal(["p", "q", "r", "s"], choice.Choices);
    }

    [Theory]
    [InlineData("{\"question\": \"a\", \"answer\": \"b\"}\nno json", "Line 2 of 'FILE' is no JSON")]
    [InlineData("[{\"question\": \"a\",\n \"answer\" \"b\"}]", "Line 2 of 'FILE' is no JSON")]
    [InlineData("{\"question\": \"a\", \"answer\": \"b\"}\n\n{\"question\": \"c\"}", "Line 3 of 'FILE' has no 'answer'.")]
    [InlineData("{\"answer\": \"a\"}", "Line 1 of 'FILE' has no 'question'.")]
    [InlineData("{\"gt\": \"a\"}", "Line 1 of 'FILE' has no 'prompt'.")]
    [InlineData("{\"question\": \"a\", \"answer\": \" \"}", "Line 1 of 'FILE' has an empty 'answer'.")]
    [InlineData("{\"question\": \"a\", \"answer\": 3}", "Line 1 of 'FILE' has a 'answer' that is no text.")]
    [InlineData("{\"question\": \"a\", \"choices\": [\"x\", \"y\"], \"answer\": 2}", "'answer' that is a whole number from 0 to 1")]
    [InlineData("{\"question\": \"a\", \"choices\": [\"x\"], \"answer\": 0}", "has 1 'choices'; 2 to 26 were expected.")]
    [InlineData("{\"question\": \"a\", \"answer\": \"b\", \"perturbed_answer\": 5}", "has a 'perturbed_answer' that is no list of texts.")]
    [InlineData("[{\"question\": \"a\", \"answer\": \"b\"}, 7]", "Item 2 of 'FILE' is number where an object was expected")]
    [InlineData("{\"question\": \"a\", \"answer\": \"b\", \"id\": \"x\"}\n{\"question\": \"c\", \"answer\": \"d\", \"id\": \"x\"}", "Line 2 of 'FILE' has the id 'x' a second time.")]
    [InlineData("\n", "'FILE' has no example.")]
    public void What_is_no_example_is_named_with_its_line(string text, string sentence)
    {
        var path = File("data.json", text);
        var failure = Assert.Throws<DataException>(() => ExampleFile.Load(path));
        Assert.Contains(sentence.Replace("FILE", path, StringComparison.Ordinal), failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        Assert.Contains("There is no file", Assert.Throws<DataException>(() => ExampleFile.Load(Path.Combine(_folder, "no.json"))).Message, StringComparison.Ordinal);
        Assert.Contains("There is no file", Assert.Throws<DataException>(() => ForgetRequest.Load(Path.Combine(_folder, "no.json"), null)).Message, StringComparison.Ordinal);
        Assert.Contains("has no phrase", Assert.Throws<DataException>(() => ExampleFile.LoadPhrases(File("empty.txt", "\n\n"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_request_names_examples_by_file_and_identifier_or_line()
    {
        Full();
        var request = ForgetRequest.Load(File("request.json", """{"data": "full.json", "examples": ["b", 3]}"""), null);
        Assert.Equal(["b", "full.json:3"], request.Forget.Select(e => e.Id));
        Assert.Equal(["a", "d"], request.Retain.Select(e => e.Id));
        Assert.Equal(2, request.Files.Count);
        // A file of its own: all of it is to go.
        var all = ForgetRequest.Load(File("some.json", "{\"question\": \"e\", \"answer\": \"5\"}"), Path.Combine(_folder, "full.json"), 4);
        Assert.Equal((1, 4), (all.Forget.Count, all.Retain.Count));
    }

    [Theory]
    [InlineData("""{"data": "full.json", "examples": ["b", "x", "y"]}""", null, 0, "names 2 examples that")]
    [InlineData("""{"data": "full.json", "examples": ["x"]}""", null, 0, "does not have: 'x'. Its identifiers are such as 'a'.")]
    [InlineData("""{"data": "full.json", "examples": []}""", null, 0, "There is nothing to forget: the request")]
    [InlineData("[]", null, 0, "is an empty list")]
    [InlineData("", null, 0, "There is nothing to forget")]
    [InlineData("""{"data": "full.json", "examples": ["a", "b", "3", "d"]}""", null, 0, "names all 4 examples of")]
    [InlineData("""{"data": "full.json", "examples": ["a"]}""", "full.json", 0, "is to be forgotten by")]
    [InlineData("{\"question\": \"qa\", \"answer\": \"1\"}", "full.json", 0, "An example is to be forgotten or to be kept, not both.")]
    [InlineData("""{"data": "full.json", "examples": ["a", "b", 3, "d"]}""", "full.json", 0, "nothing would be kept")]
    [InlineData("""{"data": "full.json", "examples": ["a"]}""", null, 4, "4 examples to keep were asked for, and there are 3.")]
    [InlineData("{\"question\": \"e\", \"answer\": \"5\"}", "full.json", 5, "5 examples to keep were asked for, and")]
    [InlineData("""{"examples": ["a"]}""", null, 0, "has no 'data'")]
    [InlineData("""{"data": "full.json", "examples": "a"}""", null, 0, "no list of identifiers")]
    [InlineData("""{"data": "other.json", "examples": ["a"]}""", null, 0, "There is no file")]
    public void A_request_that_cannot_be_met_is_one_sentence(string request, string? retain, int examples, string sentence)
    {
        Full();
        var path = File("request.json", request);
        var failure = Assert.Throws<DataException>(() => ForgetRequest.Load(path, retain is null ? null : Path.Combine(_folder, retain), examples));
        Assert.Contains(sentence, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', failure.Message);
    }

    [Fact]
    public void A_file_equal_to_what_is_to_be_kept_leaves_nothing()
    {
        Full();
        var full = Path.Combine(_folder, "full.json");
        Assert.Contains("asks to forget all 4 examples", Assert.Throws<DataException>(() => ForgetRequest.Load(full, full)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Made_profiles_have_the_shape_of_TOFU_and_come_back_from_their_files()
    {
        var profiles = MadeProfiles.Create(new Seed(3));
        Assert.Equal(240, profiles.Full.Count);
        Assert.Equal(40, profiles.Full.Select(e => e.Id.Split('/')[0]).Distinct().Count());
        Assert.Equal((6, 12, 24), (profiles.Forget(1).Count, profiles.Forget(5).Count, profiles.Forget(10).Count));
        Assert.Equal(24, profiles.Unseen.Count);
        Assert.Equal(240, profiles.Full.Concat(profiles.Unseen).Select(e => e.Prompt).Distinct().Count() - 24);
        Assert.All(profiles.Full, e =>
        {
            Assert.Equal(5, e.WrongAnswers.Distinct().Count());
            Assert.DoesNotContain(e.Paraphrase, e.WrongAnswers);
            Assert.NotEqual(e.Answer, e.Paraphrase);
        });
        Assert.All(profiles.WorldFacts.Concat(profiles.OtherAuthors), e => Assert.Equal(3, e.WrongAnswers.Count));
        ProfileFiles.Save(profiles, _folder);
        var request = ForgetRequest.Load(Path.Combine(_folder, "forget10.json"), Path.Combine(_folder, "retain90.json"));
        Assert.Equal(profiles.Forget(10).Select(e => (e.Id, e.Prompt, e.Answer, e.Paraphrase)), request.Forget.Select(e => (e.Id, e.Prompt, e.Answer, e.Paraphrase)));
        Assert.Equal(216, request.Retain.Count);
        Assert.Equal(MadeProfiles.Refusals, ExampleFile.LoadPhrases(Path.Combine(_folder, "idontknow.jsonl")));
        Assert.Equal(profiles.Full.Select(e => e.Answer), MadeProfiles.Create(new Seed(3)).Full.Select(e => e.Answer));
        Assert.NotEqual(profiles.Full.Select(e => e.Answer), MadeProfiles.Create(new Seed(4)).Full.Select(e => e.Answer));
    }

    [Fact]
    public void The_tokenizer_of_profiles_has_a_token_for_each_word_and_bytes_for_the_rest()
    {
        var profiles = MadeProfiles.Create(new Seed(3), 6);
        var tokenizer = ByteLevelTokenizer.Load(File("tokenizer.json", ProfileFiles.Tokenizer(profiles).ToJsonString()));
        ExampleTokens tokens = new(tokenizer, ProfileFiles.Context, [tokenizer.VocabularySize - 1]);
        foreach (var example in profiles.Full.Concat(profiles.Unseen).Concat(profiles.WorldFacts).Concat(profiles.OtherAuthors))
        {
            var made = tokens.Of(example)[0];
            // A token for each word and each sign.
            Assert.Equal(example.Answer.Split(' ').Length + 2, made.Answer.Count);
            Assert.Equal(example.Prompt.Split(' ').Length + 6, made.Prompt.Count);
            Assert.Equal(" " + example.Answer, tokenizer.Decode(made.Answer));
            Assert.Equal(tokenizer.VocabularySize - 1, made.Answer[^1]);
        }

        Assert.Equal("Ünknown", tokenizer.Decode(tokenizer.Encode("Ünknown")));
    }

    [Fact]
    public void Documents_are_cut_into_pieces_and_choices_are_listed()
    {
        var tokenizer = ByteLevelTokenizer.Load(File("tokenizer.json", ProfileFiles.Tokenizer(MadeProfiles.Create(new Seed(3), 6)).ToJsonString()));
        ExampleTokens tokens = new(tokenizer, 8, []);
        var pieces = tokens.Of(new UnlearningExample("t", ExampleKind.Document, "", "abcdefghijklmnopqrst"));
        Assert.Equal(["t#1", "t#2", "t#3"], pieces.Select(p => p.Id));
        Assert.Equal("abcdefghijklmnopqrst", string.Concat(pieces.Select(p => tokenizer.Decode([.. p.Prompt, .. p.Answer]))));
        ExampleTokens wide = new(tokenizer, 200, []);
        UnlearningExample choice = new("c", ExampleKind.Choice, "Which?", "B") { Choices = ["p", "q"], Correct = 1 };
        Assert.Equal("Question: Which?\nA. p\nB. q\nAnswer:", tokenizer.Decode(wide.Prompt(choice)));
        Assert.Contains("the model reads 8", Assert.Throws<DataException>(() => tokens.Of(choice)).Message, StringComparison.Ordinal);
        Assert.Contains("must hold {question} once", Assert.Throws<DataException>(() => new ExampleTokens(tokenizer, 8, [], "Q:")).Message, StringComparison.Ordinal);
        Assert.Contains("at least 2 are needed", Assert.Throws<DataException>(() => tokens.Of(choice with { Kind = ExampleKind.Document, Answer = "a" })).Message, StringComparison.Ordinal);
    }

    private void Full() => File(
        "full.json",
        """
        {"id": "a", "question": "qa", "answer": "1"}
        {"id": "b", "question": "qb", "answer": "2"}
        {"question": "qc", "answer": "3"}
        {"id": "d", "question": "qd", "answer": "4"}
        """);

    private string File(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        System.IO.File.WriteAllText(path, text);
        return path;
    }
}
