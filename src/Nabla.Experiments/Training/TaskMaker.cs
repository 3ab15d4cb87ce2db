using Nabla.Core;
using Nabla.Engine;
using Nabla.Problems.Datasets;
using Nabla.Problems.Models;
using Nabla.Problems.Tasks;

namespace Nabla.Experiments;

/// <summary>Makes a task from the settings that a run stores.</summary>
internal static class TaskMaker
{
    public static ILearningTask Create(string task, TaskSettings settings, string device, long seed, DType precision)
    {
        TaskOptions options = new()
        {
            DataPath = settings.Data,
            Label = settings.Label,
            BatchSize = settings.Batch,
            Seed = seed,
            Device = DeviceOf(device),
            Precision = precision,
            Layers = settings.Layers,
            Heads = settings.Heads,
            Width = settings.Width,
            Context = settings.Context,
            Dropout = settings.Dropout,
        };
        if (settings.Model is null)
        {
            return settings.Adapter is null
                ? LearningTasks.Create(task, options)
                : throw new DataException("An adapter stands beside a model; name the model's folder with --model.");
        }

        if (task != "text" || settings.Label is not null)
        {
            throw new DataException(
                $"A model from a folder learns from text, not from the task '{task}'{(settings.Label is null ? "" : " with a label")}. Take the task text, or leave the model out.");
        }

        LanguageFolder source = LanguageFolder.Load(settings.Model, precision, options.Device);
        return settings.Adapter is { } adapter
            ? new AdaptedTextTask(options, source, adapter)
            : new FolderTextTask(options, source);
    }

    /// <summary>The device, which must be there: libtorch's own answer names an operator and not the reason.</summary>
    private static Device DeviceOf(string name)
    {
        Device device;
        try
        {
            device = Device.Parse(name);
        }
        catch (FormatException problem)
        {
            throw new OptionException(problem.Message, "device", name);
        }

        int count = device.Kind == DeviceKind.Cuda ? Torch.CudaDeviceCount : 0;
        if (device.Kind == DeviceKind.Cpu || device.Index < count)
        {
            return device;
        }

        throw new OptionException(
            count == 0
                ? $"The device was '{name}', and libtorch {Torch.Version} finds no CUDA device. Compute on the cpu, or set NABLA_LIBTORCH "
                    + "to a libtorch with CUDA on a machine with a GPU; 'nabla doctor' says what was found."
                : $"The device was '{name}', and there are {count} CUDA devices. The last is cuda:{count - 1}.",
            "device",
            name);
    }
}
