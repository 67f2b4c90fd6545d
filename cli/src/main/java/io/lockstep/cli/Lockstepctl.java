package io.lockstep.cli;

import io.lockstep.cli.disk.AttachDiskCommand;
import io.lockstep.cli.disk.DetachDiskCommand;
import io.lockstep.cli.doctor.DoctorCommand;
import io.lockstep.cli.handover.AlarmsCommand;
import io.lockstep.cli.handover.HandoverCommand;
import io.lockstep.cli.handover.HandoversCommand;
import io.lockstep.cli.handover.SuspendCommand;
import io.lockstep.cli.history.ActionsCommand;
import io.lockstep.cli.history.HistoryCommand;
import io.lockstep.cli.hook.BypassCommand;
import io.lockstep.cli.hook.ImportActionsCommand;
import io.lockstep.cli.host.DomainsCommand;
import io.lockstep.cli.host.ForgetCommand;
import io.lockstep.cli.host.HostsCommand;
import io.lockstep.cli.lock.AcquireCommand;
import io.lockstep.cli.lock.LocksCommand;
import io.lockstep.cli.lock.ReconcileCommand;
import io.lockstep.cli.lock.ReleaseCommand;
import io.lockstep.cli.lock.VolumeSelector;
import io.lockstep.cli.lock.WhyCommand;
import io.lockstep.cli.migration.DrainCommand;
import io.lockstep.cli.migration.MigrateCommand;
import io.lockstep.cli.output.Durations;
import io.lockstep.cli.output.OutputOptions;
import io.lockstep.cli.output.Since;
import io.lockstep.core.domain.HostName;
import io.lockstep.core.volume.LockMode;
import io.lockstep.core.volume.VolumeName;
import io.quarkus.picocli.runtime.annotations.TopCommand;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** The command line as a whole: its subcommands, how words become values, and what becomes of failures. */
@TopCommand
@Command(
        name = "lockstepctl",
        description = "Shows and changes the volume locks of a libvirt cluster.",
        subcommands = {
            HostsCommand.class,
            DomainsCommand.class,
            LocksCommand.class,
            WhyCommand.class,
            HandoversCommand.class,
            HandoverCommand.class,
            AlarmsCommand.class,
            SuspendCommand.class,
            MigrateCommand.class,
            DrainCommand.class,
            HistoryCommand.class,
            ActionsCommand.class,
            AcquireCommand.class,
            ReleaseCommand.class,
            AttachDiskCommand.class,
            DetachDiskCommand.class,
            ReconcileCommand.class,
            ForgetCommand.class,
            BypassCommand.class,
            DoctorCommand.class,
            ImportActionsCommand.class,
            CompletionCommand.class,
            VersionCommand.class
        },
        footer = {
            "The controller is looked for in --controller, LOCKSTEP_CONTROLLER,",
            "/etc/lockstep/ctl.conf, and at localhost:7601, in this order.",
            "\"lockstepctl COMMAND --help\" tells more."
        })
public final class Lockstepctl implements Callable<Integer> {

    @Mixin
    StandardOptions standard;

    @Spec
    private CommandSpec spec;

    /** Finishes a command line that was made around this class. */
    public static CommandLine configure(CommandLine commandLine) {
        return commandLine
                .setUsageHelpWidth(80)
                .registerConverter(Duration.class, words(Durations::of))
                .registerConverter(Since.class, words(Since::of))
                .registerConverter(VolumeName.class, words(VolumeName::of))
                .registerConverter(VolumeSelector.class, words(VolumeSelector::of))
                .registerConverter(HostName.class, words(HostName::new))
                .registerConverter(LockMode.class, words(Lockstepctl::mode))
                .registerConverter(OutputOptions.Format.class, words(OutputOptions.Format::of))
                .setParameterExceptionHandler((e, args) -> misused(e))
                .setExecutionExceptionHandler((e, command, parsed) -> failed(e, command));
    }

    /** Without a command there is nothing to do but say which ones there are. */
    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }

    /** What a person can ask for; unlocking is another command. */
    private static LockMode mode(String word) {
        return switch (word) {
            case "exclusive" -> LockMode.EXCLUSIVE;
            case "shared" -> LockMode.SHARED;
            default ->
                throw new IllegalArgumentException(
                        "\"" + word + "\" is not a mode: use exclusive or shared (lockstepctl release unlocks)");
        };
    }

    private static <T> ITypeConverter<T> words(Function<String, T> read) {
        return text -> {
            try {
                return read.apply(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        };
    }

    private static int misused(ParameterException e) {
        CommandLine command = e.getCommandLine();
        command.getErr().println("lockstepctl: " + Misuse.of(e));
        command.getErr().println("See: " + command.getCommandSpec().qualifiedName() + " --help");
        return ExitStatus.USAGE.code();
    }

    private static int failed(Exception e, CommandLine command) {
        if (e instanceof CommandFailure failure) {
            command.getErr().println("lockstepctl: " + failure.text());
            return failure.status().code();
        }
        command.getErr().println("lockstepctl: a fault of lockstepctl itself; please report it with what follows");
        e.printStackTrace(command.getErr());
        return ExitStatus.BUG.code();
    }
}
