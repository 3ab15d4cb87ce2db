namespace Nabla.Cli.Tests;

/// <summary>The three first rules in plain scalar code, written from their papers and from the words of torch.optim.</summary>
internal static class ReferenceRules
{
    public static double[] Sgd(
        double value,
        IReadOnlyList<double?> gradients,
        double rate,
        double momentum = 0,
        double dampening = 0,
        double decay = 0,
        bool nesterov = false,
        bool maximize = false)
    {
        double? buffer = null;
        List<double> trace = [];
        foreach (double? gradient in gradients)
        {
            if (gradient is { } g)
            {
                g = maximize ? -g : g;
                g += decay * value;
                if (momentum != 0)
                {
                    buffer = buffer is { } b ? (momentum * b) + ((1 - dampening) * g) : g;
                    g = nesterov ? g + (momentum * buffer.Value) : buffer.Value;
                }

                value -= rate * g;
            }

            trace.Add(value);
        }

        return [.. trace];
    }

    public static double[] AdamW(
        double value,
        IReadOnlyList<double> gradients,
        double rate,
        double beta1 = 0.9,
        double beta2 = 0.999,
        double epsilon = 1e-8,
        double decay = 0.01)
    {
        double m = 0;
        double v = 0;
        List<double> trace = [];
        for (int t = 1; t <= gradients.Count; t++)
        {
            double g = gradients[t - 1];
            value *= 1 - (rate * decay);
            m = (beta1 * m) + ((1 - beta1) * g);
            v = (beta2 * v) + ((1 - beta2) * g * g);
            double mean = m / (1 - Math.Pow(beta1, t));
            double root = Math.Sqrt(v / (1 - Math.Pow(beta2, t)));
            value -= rate * mean / (root + epsilon);
            trace.Add(value);
        }

        return [.. trace];
    }

    public static double[] MvnGrad(
        double value,
        IReadOnlyList<double> gradients,
        double rate,
        double beta1 = 0.9,
        double beta2 = 0.999,
        double epsilon = 1e-8,
        double floor = 1e-16)
    {
        double m = 0;
        double v = 0;
        double u = 0;
        List<double> trace = [];
        for (int t = 1; t <= gradients.Count; t++)
        {
            double g = gradients[t - 1];
            m = (beta1 * m) + ((1 - beta1) * g);
            double residual = g - m;
            v = (beta2 * v) + ((1 - beta2) * residual * residual) + floor;
            double z = g / (Math.Sqrt(v / (1 - Math.Pow(beta2, t))) + epsilon);
            u = (beta1 * u) + ((1 - beta1) * z);
            value -= rate * u / (1 - Math.Pow(beta1, t));
            trace.Add(value);
        }

        return [.. trace];
    }
}
