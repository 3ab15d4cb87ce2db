Console.WriteLine(Nabla.Bench.BridgeBench.AddMicroseconds());
