namespace Nabla.Experiments.ConvexNetworks;

/// <summary>What <c>nabla convexnet fit</c> does.</summary>
public sealed record ConvexNetPlan
{
    /// <summary>The CSV file.</summary>
    public required string Data { get; init; }

    /// <summary>The column to predict: numbers, or two classes.</summary>
    public required string Label { get; init; }

    /// <summary>The method: <c>convex-relu-admm</c> or <c>convex-robust-relu</c>.</summary>
    public string Method { get; init; } = "convex-relu-admm";

    /// <summary>Options of the method by name. Those that are not named follow the data: see <see cref="ConvexNetFitting"/>.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether rows with a missing value are skipped; else they are an error.</summary>
    public bool SkipsIncomplete { get; init; }

    /// <summary>The share of the rows that is kept out of training to measure the error; 0 or above, below 1. Default: 0.2.</summary>
    public double Validation { get; init; } = 0.2;

    /// <summary>The most iterations; 1 or more. Default: 5000.</summary>
    public int Iterations { get; init; } = 5000;

    /// <summary>Ends where an iteration moves less than this, as a share of the size; 0 or above. Default: 1e-5.</summary>
    public double Tolerance { get; init; } = 1e-5;

    /// <summary>Fixes held-out rows and drawn patterns.</summary>
    public long Seed { get; init; }

    /// <summary>Where the model goes; null: into the run's folder.</summary>
    public string? Model { get; init; }

    /// <summary>The folder of the store; null: the default.</summary>
    public string? Home { get; init; }
}
