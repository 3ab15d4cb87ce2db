namespace Nabla.Experiments.Unlearning;

/// <summary>What is compared on made profiles.</summary>
public sealed record ProfileStudyPlan
{
    /// <summary>The folder of the profiles; what is missing in it is made.</summary>
    public required string Profiles { get; init; }

    /// <summary>The methods, as the catalogue names them; empty: all.</summary>
    public IReadOnlyList<string> Methods { get; init; } = [];

    /// <summary>Options by method; those not named are the usual ones for profiles. <c>optimizer.NAME</c> sets one of the optimizer.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Options { get; init; } =
        new Dictionary<string, IReadOnlyDictionary<string, string>>();

    /// <summary>How many seeds each method runs with; at least 1.</summary>
    public int Seeds { get; init; } = 1;

    /// <summary>The first seed; also that of profiles and models where they are made.</summary>
    public long Seed { get; init; }

    /// <summary>How many authors to invent where profiles are made.</summary>
    public int Authors { get; init; } = 40;

    /// <summary>How many of a hundred authors are to be forgotten: 1, 5 or 10.</summary>
    public int Percent { get; init; } = 10;

    /// <summary>The most passes of training where models are made.</summary>
    public int TrainingEpochs { get; init; } = ProfileTraining.DefaultEpochs;

    /// <summary>How many settings of each method are tried on other profiles before anything is compared; 0: the settings at hand are taken.</summary>
    public int Trials { get; init; }

    /// <summary>A file of settings that an earlier calibration wrote; null: those of the program. Without effect where settings are tried.</summary>
    public string? SettingsFile { get; init; }

    /// <summary>The folder for the report; null: the store's.</summary>
    public string? ReportFolder { get; init; }

    /// <summary>The folder of the store; null for the user's.</summary>
    public string? Home { get; init; }

    /// <summary>The command line, for the report.</summary>
    public string Command { get; init; } = "";
}
