using System.Globalization;

namespace Nabla.Engine;

/// <summary>Where a tensor lies.</summary>
/// <param name="Kind">The kind of device.</param>
/// <param name="Index">Which one of its kind, from zero; 0 for the CPU.</param>
public readonly record struct Device(DeviceKind Kind, int Index)
{
    /// <summary>The processor.</summary>
    public static Device Cpu => new(DeviceKind.Cpu, 0);

    /// <summary>A graphics processor.</summary>
    /// <param name="index">Which one, from zero.</param>
    /// <returns>The device.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="index"/> is not in 0…127.</exception>
    public static Device Cuda(int index)
    {
        if (index is < 0 or > 127)
        {
            throw new ArgumentOutOfRangeException(nameof(index), index, "A CUDA device's index is between 0 and 127.");
        }

        return new(DeviceKind.Cuda, index);
    }

    /// <summary>Reads a device's name.</summary>
    /// <param name="text"><c>cpu</c>, <c>cuda</c> (the first one) or <c>cuda:0</c>.</param>
    /// <returns>The device.</returns>
    /// <exception cref="FormatException">The text names no device.</exception>
    public static Device Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text == "cpu")
        {
            return Cpu;
        }

        if (text == "cuda")
        {
            return Cuda(0);
        }

        if (text.StartsWith("cuda:", StringComparison.Ordinal)
            && int.TryParse(text.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out int index)
            && index <= 127)
        {
            return Cuda(index);
        }

        throw new FormatException($"'{text}' names no device; write cpu, cuda or cuda:0.");
    }

    /// <summary>The device's name, as <see cref="Parse"/> reads it.</summary>
    /// <returns><c>cpu</c> or <c>cuda:0</c>.</returns>
    public override string ToString() =>
        Kind == DeviceKind.Cpu ? "cpu" : string.Create(CultureInfo.InvariantCulture, $"cuda:{Index}");
}
