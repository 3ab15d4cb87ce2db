namespace Nabla.Cli.Tests;

public sealed class HelpTests
{
    [Theory]
    [InlineData("methods")]
    [InlineData("explain")]
    [InlineData("trace")]
    [InlineData("train")]
    [InlineData("resume")]
    [InlineData("compare")]
    [InlineData("minimize")]
    [InlineData("compare suite")]
    [InlineData("unlearn")]
    [InlineData("unlearn profiles")]
    [InlineData("compare unlearning")]
    [InlineData("merge")]
    [InlineData("mixture fit")]
    [InlineData("mixture predict")]
    [InlineData("mixture study")]
    [InlineData("convexnet fit")]
    [InlineData("convexnet predict")]
    [InlineData("reproduce")]
    [InlineData("claims")]
    [InlineData("runs")]
    [InlineData("runs list")]
    [InlineData("runs show")]
    [InlineData("dashboard")]
    [InlineData("bench optimizers")]
    [InlineData("doctor")]
    [InlineData("attribution simulate")]
    [InlineData("attribution train")]
    [InlineData("attribution evaluate")]
    [InlineData("attribution score")]
    public void The_help_of_a_verb_has_an_example(string verb)
    {
        NablaResult result = NablaProcess.Run([.. verb.Split(' '), "--help"]);
        Assert.Equal(0, result.Code);
        Assert.Contains("Example", result.Output, StringComparison.Ordinal);
        Assert.Contains($"  nabla {verb}", result.Output, StringComparison.Ordinal);
        Assert.Contains("--json", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', result.Output);
        Assert.Equal("", result.Error);
    }

    [Fact]
    public void Every_command_has_a_help_with_an_example()
    {
        List<string> bare = [];
        Walk(NablaCommand.Build(), []);
        Assert.Empty(bare);

        void Walk(System.CommandLine.Command command, string[] path)
        {
            using StringWriter output = new();
            using StringWriter error = new();
            if (NablaCommand.Run([.. path, "--help"], output, error) != 0
                || !output.ToString().Contains($"  nabla {string.Join(' ', path)}".TrimEnd(), StringComparison.Ordinal)
                || !output.ToString().Contains("Example", StringComparison.Ordinal))
            {
                bare.Add(string.Join(' ', path));
            }

            foreach (System.CommandLine.Command part in command.Subcommands)
            {
                Walk(part, [.. path, part.Name]);
            }
        }
    }

    [Theory]
    [InlineData("methds", "Did you mean 'methods'?")]
    [InlineData("trian text", "Did you mean 'train'?")]
    [InlineData("runs lst", "Did you mean 'list'?")]
    [InlineData("train text --optimzer adamw", "Did you mean '--optimizer'?")]
    [InlineData("train text --stepz=3", "Did you mean '--steps'")]
    public void A_misspelt_verb_or_option_is_answered_with_the_nearest(string line, string question)
    {
        using StringWriter output = new();
        using StringWriter error = new();
        Assert.Equal(2, NablaCommand.Run(line.Split(' '), output, error));
        Assert.Contains(question, error.ToString(), StringComparison.Ordinal);
        Assert.Equal("", output.ToString());
    }

    [Theory]
    [InlineData("train", "text", "--data", "")]
    [InlineData("train", "text", "--out", "")]
    [InlineData("trace", "--optimizer", "sgd", "--input", "")]
    [InlineData("runs", "list", "--out", "")]
    public void An_empty_option_is_named(params string[] line)
    {
        using StringWriter output = new();
        using StringWriter error = new();
        Assert.Equal(2, NablaCommand.Run(line, output, error));
        Assert.Contains($"The option {line[^2]} is empty; give it a value or leave it out.", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cuda", "finds no CUDA device")]
    [InlineData("tpu", "'tpu' names no device; write cpu, cuda or cuda:0.")]
    public void A_device_that_is_not_there_is_a_sentence(string device, string words)
    {
        Assert.SkipWhen(device == "cuda" && Nabla.Engine.Torch.CudaDeviceCount > 0, "There is a CUDA device here.");
        using TemporaryFolder folder = new();
        NablaProcess.Run(folder.Environment, "train", "function:quadratic", "--steps", "1", "--device", device).Fails(2, words);
    }

    [Fact]
    public void The_root_help_lists_the_verbs()
    {
        NablaResult result = NablaProcess.Run("--help");
        Assert.Equal(0, result.Code);
        Assert.All(
            ["methods", "explain", "trace", "train", "resume", "compare", "runs", "bench", "doctor"],
            verb => Assert.Contains(verb, result.Output, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("no-such-verb", "no-such-verb")]
    [InlineData("methods --no-such-option", "--no-such-option")]
    [InlineData("train", "TASK")]
    [InlineData("train text --steps -3", "--steps")]
    [InlineData("train text --steps many", "--steps")]
    [InlineData("train text --batch 0", "--batch")]
    [InlineData("train text --minutes 0", "--minutes")]
    [InlineData("train text --threads 0", "--threads")]
    [InlineData("train text --clip 0", "--clip")]
    [InlineData("compare text", "--optimizers")]
    [InlineData("compare text --optimizers sgd,sgd --steps 1", "sgd")]
    [InlineData("compare suite", "Option '--optimizers' is required")]
    [InlineData("compare suite --optimizers sgdd", "sgdd")]
    [InlineData("compare suite --optimizers sgd,sgd", "'sgd' is named twice")]
    [InlineData("compare suite --optimizers sgd --set sgd.nosuch=1", "nosuch")]
    [InlineData("compare suite --optimizers sgd --workloads walley", "There is no workload 'walley'. Workloads are valley,")]
    [InlineData("compare suite --optimizers sgd --workloads valley,valley", "'valley' is named more than once")]
    [InlineData("compare suite --optimizers sgd --data x.txt", "--data does not fit a suite: its workloads bring their own data")]
    [InlineData("compare suite --optimizers sgd --width 8", "--width does not fit a suite")]
    [InlineData("compare suite --optimizers sgd --target 1", "--target does not fit a suite")]
    [InlineData("compare suite --optimizers sgd --minutes 1", "--minutes does not fit a suite")]
    [InlineData("compare suite --optimizers sgd --rates 1..10", "--rates does not fit a suite: every method has one setting")]
    [InlineData("compare suite --optimizers sgd --tune learning-rate", "--tune does not fit a suite")]
    [InlineData("compare suite --optimizers sgd --targets no-such-file.json", "no-such-file.json")]
    [InlineData("compare suite --optimizers sgd --calibrate x.json", "--calibrate sets targets and compares nothing")]
    [InlineData("compare suite --optimizers sgd --baseline perhaps", "perhaps")]
    [InlineData("compare suite --optimizers sgd --steps 0", "--steps")]
    [InlineData("compare text --optimizers sgd,(adamw --steps 1", "parentheses")]
    [InlineData("compare text --optimizers sgd --steps 1 --tune magic", "--tune")]
    [InlineData("explain no-such-method", "no-such-method")]
    [InlineData("runs show no-such-run", "no-such-run")]
    [InlineData("resume no-such-run", "no-such-run")]
    [InlineData("dashboard --port 70000", "--port")]
    [InlineData("dashboard --address 0.0.0.0", "token")]
    [InlineData("dashboard --address nowhere", "--address")]
    [InlineData("dashboard --address 0.0.0.0 --token short", "at least")]
    public void Wrong_usage_is_one_sentence_and_code_two(string line, string word)
    {
        using TemporaryFolder folder = new();
        NablaProcess.Run(folder.Environment, line.Split(' ')).Fails(2, word);
    }
}
