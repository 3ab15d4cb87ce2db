using System.CommandLine;
using System.Globalization;
using Nabla.Core;
using Nabla.Experiments;

namespace Nabla.Cli;

/// <summary>The options that <c>train</c> and <c>compare</c> share: what is trained, for how long, on what.</summary>
internal sealed class TaskArguments
{
    /// <summary>The task.</summary>
    public Argument<string> Task { get; } = new("TASK")
    {
        Description = "text (a small GPT on bytes), images (a small residual network), tabular (a network on a CSV file) "
            + "or function:NAME (a test function); for compare also problems (solvers on the test bed).",
    };

    /// <summary>The data of the task.</summary>
    public Option<string?> Data { get; } = new("--data")
    {
        HelpName = "PATH",
        Description = "Data: a file or folder of text; a folder in IDX or CIFAR binary format; a CSV file. Without it, text "
            + "uses the documentation that ships with the .NET SDK and images uses digits that the program draws.",
    };

    /// <summary>The column to predict.</summary>
    public Option<string?> Label { get; } = new("--label")
    {
        HelpName = "COLUMN",
        Description = "The column of the CSV file to predict (tabular).",
    };

    /// <summary>How settings of methods are given.</summary>
    public Option<string[]> Set { get; } = new("--set")
    {
        HelpName = "NAME=VALUE",
        Description = "Sets an option of the method; repeat for several. 'nabla explain METHOD' lists them.",
    };

    /// <summary>The budget in updates.</summary>
    public Option<long?> Steps { get; } = Checked<long?>("--steps", "N", "Stop after N updates.", n => n >= 0, "0 or more");

    /// <summary>The budget in time.</summary>
    public Option<double?> Minutes { get; } =
        Checked<double?>("--minutes", "M", "Stop after M minutes of training.", m => m > 0 && m <= 1e6, "above 0");

    /// <summary>Items a batch.</summary>
    public Option<int?> Batch { get; } =
        Checked<int?>("--batch", "N", "Items in a batch.", n => n is >= 1 and <= 1 << 20, "between 1 and 1048576");

    /// <summary>The seed of everything.</summary>
    public Option<long> Seed { get; } = SeedOption();

    /// <summary>Threads of the engine.</summary>
    public Option<int?> Threads { get; } = ThreadsOption();

    /// <summary>The device.</summary>
    public Option<string> Device { get; } = new("--device")
    {
        HelpName = "cpu|cuda",
        Description = "Where to compute: cpu, cuda or cuda:1.",
        DefaultValueFactory = _ => "cpu",
    };

    /// <summary>The store, where --out is the folder of what is made.</summary>
    public static Option<string?> RunHome() => new("--home")
    {
        HelpName = "DIR",
        Description = "The store: the folder for the run and its checkpoints. Default: NABLA_HOME, or the user's data folder.",
    };

    /// <summary>Where runs and reports go.</summary>
    public Option<string?> Out { get; } = new("--out")
    {
        HelpName = "DIR",
        Description = "The store: the folder for runs, checkpoints and reports. Default: NABLA_HOME, or the user's data folder.",
    };

    /// <summary>Batches an update.</summary>
    public Option<int> Accumulate { get; } =
        Checked("--accumulate", "N", "Batches summed into one update.", n => n is >= 1 and <= 1 << 20, "between 1 and 1048576", 1);

    /// <summary>Clipping.</summary>
    public Option<double?> Clip { get; } = Checked<double?>(
        "--clip", "NORM", "Scale gradients down to this norm over all parameters.",
        n => n > 0 && double.IsFinite(n.Value), "above 0");

    /// <summary>Where weight decay acts.</summary>
    public Option<string> Decay { get; } = DecayOption();

    /// <summary>The type of parameters.</summary>
    public Option<string> Precision { get; } = PrecisionOption();

    /// <summary>Whether a float32 copy is kept.</summary>
    public Option<string> MasterCopy { get; } = MasterCopyOption();

    /// <summary>How numbers of 16 bits are rounded.</summary>
    public Option<bool> StochasticRounding { get; } = new("--stochastic-rounding")
    {
        Description = "Round bfloat16 parameters without a master copy, and bfloat16 states, up or down at random.",
    };

    /// <summary>The types of states.</summary>
    public Option<string[]> State { get; } = new("--state")
    {
        HelpName = "NAME=TYPE",
        Description = "Keeps a state of the method in float32, bfloat16 or float16; repeat for several. "
            + "'nabla explain METHOD' lists the names.",
    };

    /// <summary>Evaluation.</summary>
    public Option<long?> EvaluateEvery { get; } = Checked<long?>(
        "--evaluate-every", "N", "Evaluate every N updates; 0 only at the start and the end.", n => n >= 0, "0 or more");

    /// <summary>Checkpoints.</summary>
    public Option<long?> CheckpointEvery { get; } = Checked<long?>(
        "--checkpoint-every", "N", "Save a checkpoint every N updates; 0 only at the end. Default: every minute.",
        n => n >= 0, "0 or more");

    /// <summary>Adds to a command what <c>train</c> and <c>compare</c> both take.</summary>
    /// <param name="command">The command.</param>
    public void AddTo(Command command)
    {
        command.Add(Task);
        foreach (Option option in new Option[]
        {
            Set, Steps, Minutes, Batch, Seed, Threads, Device, Data, Label, Out, Accumulate, Clip, Decay, Precision, MasterCopy,
            StochasticRounding, State,
        })
        {
            command.Add(option);
        }
    }

    /// <summary>A path that stays right when a run is resumed from another folder.</summary>
    /// <param name="path">The path as typed, or null.</param>
    /// <returns>The full path, or null.</returns>
    public static string? FullPath(string? path) => path is null ? null : Path.GetFullPath(path);

    /// <summary>Where weight decay acts, from the value of <see cref="Decay"/>.</summary>
    /// <param name="value">The value as typed.</param>
    /// <returns>The scope.</returns>
    public static WeightDecayScope DecayScope(string? value) =>
        value == "all" ? WeightDecayScope.All : WeightDecayScope.Matrices;

    /// <summary>The choice of precision that a command line makes.</summary>
    /// <param name="parsed">The command line.</param>
    /// <returns>The settings; null where everything is float32.</returns>
    /// <exception cref="UsageException">A state is not written as NAME=TYPE.</exception>
    /// <exception cref="OptionException">A type is unknown or a choice has no effect.</exception>
    public PrecisionSettings? PrecisionOf(ParseResult parsed)
    {
        Dictionary<string, string> states = [];
        foreach (string state in parsed.GetValue(State) ?? [])
        {
            int at = state.IndexOf('=', StringComparison.Ordinal);
            if (at <= 0 || at == state.Length - 1)
            {
                throw new UsageException($"The option --state was '{state}'; write NAME=TYPE, as in v=bfloat16.");
            }

            states[state[..at].Trim()] = state[(at + 1)..].Trim();
        }

        PrecisionSettings settings = new()
        {
            Parameters = parsed.GetValue(Precision)!,
            MasterCopy = parsed.GetValue(MasterCopy) != "off",
            StochasticRounding = parsed.GetValue(StochasticRounding),
            States = states,
        };
        settings.ThrowIfInvalid();
        return settings is { Parameters: "float32", MasterCopy: true, StochasticRounding: false } && states.Count == 0 ? null : settings;
    }

    /// <summary>The option <c>--seed</c>.</summary>
    /// <returns>A new option.</returns>
    public static Option<long> SeedOption() =>
        Checked("--seed", "N", "Fixes everything that is random.", _ => true, "of 64 bits", 0L);

    /// <summary>The option <c>--threads</c>.</summary>
    /// <returns>A new option.</returns>
    public static Option<int?> ThreadsOption() => Checked<int?>(
        "--threads", "N", "Threads to compute with. Default: NABLA_THREADS, or one a processor.",
        n => n is >= 1 and <= 1024, "between 1 and 1024");

    /// <summary>The threads to use: the option, else <c>NABLA_THREADS</c>, else one a processor.</summary>
    /// <param name="option">The value of <c>--threads</c>.</param>
    /// <returns>The threads; 1 or more.</returns>
    /// <exception cref="UsageException"><c>NABLA_THREADS</c> is not a number of threads.</exception>
    public static int ThreadsOrDefault(int? option)
    {
        if (option is { } given)
        {
            return given;
        }

        string? text = Environment.GetEnvironmentVariable("NABLA_THREADS");
        if (string.IsNullOrWhiteSpace(text))
        {
            return Environment.ProcessorCount;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int threads) && threads is >= 1 and <= 1024
            ? threads
            : throw new UsageException($"NABLA_THREADS is '{text}'; it must be a number of threads between 1 and 1024.");
    }

    /// <summary>An option whose value must lie in a range.</summary>
    /// <typeparam name="T">The type of its value.</typeparam>
    /// <param name="name">Its name.</param>
    /// <param name="helpName">What stands for the value in the help.</param>
    /// <param name="description">Its description.</param>
    /// <param name="holds">Whether a value lies in the range; not asked for null.</param>
    /// <param name="range">The range in words.</param>
    /// <param name="otherwise">The value when the option is not given.</param>
    /// <returns>The option.</returns>
    public static Option<T> Checked<T>(
        string name, string helpName, string description, Predicate<T> holds, string range, T? otherwise = default)
    {
        Option<T> option = new(name) { HelpName = helpName, Description = description };
        if (otherwise is not null)
        {
            option.DefaultValueFactory = _ => otherwise;
        }

        option.CustomParser = result =>
        {
            string text = result.Tokens[^1].Value;
            if (Read(text, typeof(T)) is T value && holds(value))
            {
                return value;
            }

            string kind = (Nullable.GetUnderlyingType(typeof(T)) ?? typeof(T)) == typeof(double) ? "a number" : "a whole number";
            result.AddError($"The option {name} was '{text}'; it must be {kind}, {range}.");
            return default;
        };
        return option;
    }

    /// <summary>Keeps an option to a few words.</summary>
    /// <param name="option">The option.</param>
    /// <param name="words">The words.</param>
    public static void Restrict(Option<string> option, params string[] words) => option.Validators.Add(result =>
    {
        if (!result.Implicit && result.Tokens.Count > 0 && !words.Contains(result.Tokens[^1].Value))
        {
            result.AddError(
                $"The option {option.Name} was '{result.Tokens[^1].Value}'; it must be {string.Join(" or ", words)}.");
        }
    });

    private static object? Read(string text, Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        CultureInfo culture = CultureInfo.InvariantCulture;
        if (type == typeof(int))
        {
            return int.TryParse(text, NumberStyles.AllowLeadingSign, culture, out int value) ? value : null;
        }

        if (type == typeof(long))
        {
            return long.TryParse(text, NumberStyles.AllowLeadingSign, culture, out long value) ? value : null;
        }

        return double.TryParse(text, NumberStyles.Float, culture, out double number) && double.IsFinite(number) ? number : null;
    }

    private static Option<string> PrecisionOption()
    {
        Option<string> option = new("--precision")
        {
            HelpName = "float32|bfloat16",
            Description = "The type of parameters, activations and gradients; losses are taken in float32.",
            DefaultValueFactory = _ => "float32",
        };
        option.AcceptOnlyFromAmong("float32", "bfloat16");
        return option;
    }

    private static Option<string> MasterCopyOption()
    {
        Option<string> option = new("--master-copy")
        {
            HelpName = "on|off",
            Description = "Whether steps are added to a float32 copy of bfloat16 parameters, which keeps small ones.",
            DefaultValueFactory = _ => "on",
        };
        option.AcceptOnlyFromAmong("on", "off");
        return option;
    }

    private static Option<string> DecayOption()
    {
        Option<string> option = new("--decay")
        {
            HelpName = "matrices|all",
            Description = "What weight decay acts on: matrices (all but biases, gains and other vectors), or all parameters.",
            DefaultValueFactory = _ => "matrices",
        };
        option.AcceptOnlyFromAmong("matrices", "all");
        return option;
    }
}
