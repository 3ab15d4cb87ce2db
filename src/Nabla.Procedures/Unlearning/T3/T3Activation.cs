namespace Nabla.Procedures.Unlearning;

/// <summary>What stands between the two maps of a T3 head.</summary>
public enum T3Activation
{
    /// <summary>Nothing: the head is one low-rank bilinear form.</summary>
    Identity,

    /// <summary>max(0, z).</summary>
    Relu,

    /// <summary>z Φ(z).</summary>
    Gelu,

    /// <summary>tanh z.</summary>
    Tanh,
}
