namespace Nabla.Problems.Solving;

// Problems with equalities alone; numbers are those of the collection of Hock and Schittkowski.

/// <summary>Problem 6: a parabola as a constraint.</summary>
internal sealed class HockSchittkowski6() : ConstrainedFunction(2, 1)
{
    private protected override T Compute<T>(ReadOnlySpan<T> x, Span<T> gradient)
    {
        var rest = 1 - x[0];
        if (!gradient.IsEmpty)
        {
            gradient[0] += -2 * rest;
        }

        return rest * rest;
    }

    private protected override void Limit(ReadOnlySpan<double> x, Span<double> values) => values[0] = 10 * (x[1] - (x[0] * x[0]));

    private protected override void Pull<T>(ReadOnlySpan<T> x, ReadOnlySpan<double> w, Span<T> gradient)
    {
        gradient[0] += -20 * w[0] * x[0];
        gradient[1] += 10 * T.Of(w[0]);
    }
}

/// <summary>Problem 7: a logarithm on a quartic curve.</summary>
internal sealed class HockSchittkowski7() : ConstrainedFunction(2, 1)
{
    private protected override T Compute<T>(ReadOnlySpan<T> x, Span<T> gradient)
    {
        var inner = 1 + (x[0] * x[0]);
        if (!gradient.IsEmpty)
        {
            gradient[0] += 2 * x[0] / inner;
            gradient[1] += T.Of(-1);
        }

        return T.Log(inner) - x[1];
    }

    private protected override void Limit(ReadOnlySpan<double> x, Span<double> values)
    {
        var inner = 1 + (x[0] * x[0]);
        values[0] = (inner * inner) + (x[1] * x[1]) - 4;
    }

    private protected override void Pull<T>(ReadOnlySpan<T> x, ReadOnlySpan<double> w, Span<T> gradient)
    {
        gradient[0] += 4 * w[0] * (x[0] * (1 + (x[0] * x[0])));
        gradient[1] += 2 * w[0] * x[1];
    }
}

/// <summary>Problem 28: a quadratic on a plane.</summary>
internal sealed class HockSchittkowski28() : ConstrainedFunction(3, 1)
{
    private protected override T Compute<T>(ReadOnlySpan<T> x, Span<T> gradient)
    {
        T first = x[0] + x[1], second = x[1] + x[2];
        if (!gradient.IsEmpty)
        {
            gradient[0] += 2 * first;
            gradient[1] += (2 * first) + (2 * second);
            gradient[2] += 2 * second;
        }

        return (first * first) + (second * second);
    }

    private protected override void Limit(ReadOnlySpan<double> x, Span<double> values) => values[0] = x[0] + (2 * x[1]) + (3 * x[2]) - 1;

    private protected override void Pull<T>(ReadOnlySpan<T> x, ReadOnlySpan<double> w, Span<T> gradient)
    {
        for (var i = 0; i < 3; i++)
        {
            gradient[i] += T.Of((i + 1) * w[0]);
        }
    }
}

/// <summary>Problem 39: a linear function on the meeting of two surfaces.</summary>
internal sealed class HockSchittkowski39() : ConstrainedFunction(4, 2)
{
    private protected override T Compute<T>(ReadOnlySpan<T> x, Span<T> gradient)
    {
        if (!gradient.IsEmpty)
        {
            gradient[0] += T.Of(-1);
        }

        return -x[0];
    }

    private protected override void Limit(ReadOnlySpan<double> x, Span<double> values)
    {
        values[0] = x[1] - (x[0] * x[0] * x[0]) - (x[2] * x[2]);
        values[1] = (x[0] * x[0]) - x[1] - (x[3] * x[3]);
    }

    private protected override void Pull<T>(ReadOnlySpan<T> x, ReadOnlySpan<double> w, Span<T> gradient)
    {
        gradient[0] += (-3 * w[0] * (x[0] * x[0])) + (2 * w[1] * x[0]);
        gradient[1] += T.Of(w[0] - w[1]);
        gradient[2] += -2 * w[0] * x[2];
        gradient[3] += -2 * w[1] * x[3];
    }
}

/// <summary>Problem 40: a product on the meeting of three surfaces.</summary>
internal sealed class HockSchittkowski40() : ConstrainedFunction(4, 3)
{
    private protected override T Compute<T>(ReadOnlySpan<T> x, Span<T> gradient)
    {
        if (!gradient.IsEmpty)
        {
            gradient[0] += -(x[1] * x[2] * x[3]);
            gradient[1] += -(x[0] * x[2] * x[3]);
            gradient[2] += -(x[0] * x[1] * x[3]);
            gradient[3] += -(x[0] * x[1] * x[2]);
        }

        return -(x[0] * x[1] * x[2] * x[3]);
    }

    private protected override void Limit(ReadOnlySpan<double> x, Span<double> values)
    {
        values[0] = (x[0] * x[0] * x[0]) + (x[1] * x[1]) - 1;
        values[1] = (x[0] * x[0] * x[3]) - x[2];
        values[2] = (x[3] * x[3]) - x[1];
    }

    private protected override void Pull<T>(ReadOnlySpan<T> x, ReadOnlySpan<double> w, Span<T> gradient)
    {
        gradient[0] += (3 * w[0] * (x[0] * x[0])) + (2 * w[1] * (x[0] * x[3]));
        gradient[1] += (2 * w[0] * x[1]) - w[2];
        gradient[2] += T.Of(-w[1]);
        gradient[3] += (w[1] * (x[0] * x[0])) + (2 * w[2] * x[3]);
    }
}

/// <summary>Problem 42: the distance to a point on a circle.</summary>
internal sealed class HockSchittkowski42() : ConstrainedFunction(4, 2)
{
    private protected override T Compute<T>(ReadOnlySpan<T> x, Span<T> gradient)
    {
        var value = T.Of(0);
        for (var i = 0; i < 4; i++)
        {
            var rest = x[i] - (i + 1);
            value += rest * rest;
            if (!gradient.IsEmpty)
            {
                gradient[i] += 2 * rest;
            }
        }

        return value;
    }

    private protected override void Limit(ReadOnlySpan<double> x, Span<double> values)
    {
        values[0] = x[0] - 2;
        values[1] = (x[2] * x[2]) + (x[3] * x[3]) - 2;
    }

    private protected override void Pull<T>(ReadOnlySpan<T> x, ReadOnlySpan<double> w, Span<T> gradient)
    {
        gradient[0] += T.Of(w[0]);
        gradient[2] += 2 * w[1] * x[2];
        gradient[3] += 2 * w[1] * x[3];
    }
}

/// <summary>Problem 78: a product on a sphere and two more surfaces.</summary>
internal sealed class HockSchittkowski78() : ConstrainedFunction(5, 3)
{
    private protected override T Compute<T>(ReadOnlySpan<T> x, Span<T> gradient)
    {
        for (var i = 0; i < 5 && !gradient.IsEmpty; i++)
        {
            var others = T.Of(1);
            for (var j = 0; j < 5; j++)
            {
                others = j == i ? others : others * x[j];
            }

            gradient[i] += others;
        }

        return x[0] * x[1] * x[2] * x[3] * x[4];
    }

    private protected override void Limit(ReadOnlySpan<double> x, Span<double> values)
    {
        values[0] = -10;
        foreach (var one in x)
        {
            values[0] += one * one;
        }

        values[1] = (x[1] * x[2]) - (5 * x[3] * x[4]);
        values[2] = (x[0] * x[0] * x[0]) + (x[1] * x[1] * x[1]) + 1;
    }

    private protected override void Pull<T>(ReadOnlySpan<T> x, ReadOnlySpan<double> w, Span<T> gradient)
    {
        for (var i = 0; i < 5; i++)
        {
            gradient[i] += 2 * w[0] * x[i];
        }

        gradient[0] += 3 * w[2] * (x[0] * x[0]);
        gradient[1] += (w[1] * x[2]) + (3 * w[2] * (x[1] * x[1]));
        gradient[2] += w[1] * x[1];
        gradient[3] += -5 * w[1] * x[4];
        gradient[4] += -5 * w[1] * x[3];
    }
}
