namespace Nabla.Core;

/// <summary>What a parameter is in its model; methods say which roles they take.</summary>
[Flags]
public enum ParameterRoles
{
    /// <summary>No role.</summary>
    None = 0,

    /// <summary>A hidden weight matrix.</summary>
    Matrix = 1,

    /// <summary>A table of embeddings.</summary>
    Embedding = 2,

    /// <summary>A bias or a gain.</summary>
    Vector = 4,

    /// <summary>A single number.</summary>
    Scalar = 8,

    /// <summary>The kernel of a convolution.</summary>
    Convolution = 16,

    /// <summary>The output layer.</summary>
    Head = 32,

    /// <summary>Every role.</summary>
    Any = Matrix | Embedding | Vector | Scalar | Convolution | Head,
}
