package io.lockstep.controller.load;

import io.lockstep.controller.load.Measure.Figures;
import java.io.IOException;
import java.util.OptionalDouble;

/** What a controller, and the process that plays its hosts, use from now until it stops. */
final class Stopwatch {

    private final ControllerProcess controller;
    private final long began = System.nanoTime();
    private final double cpu;
    private final double generator = ControllerProcess.ownCpuSeconds();
    private double seconds;
    private double cpuSeconds;
    private double generatorSeconds;

    Stopwatch(ControllerProcess controller) {
        this.controller = controller;
        this.cpu = controller.cpuSeconds();
    }

    void stops() {
        seconds = (System.nanoTime() - began) / 1e9;
        cpuSeconds = controller.cpuSeconds() - cpu;
        generatorSeconds = ControllerProcess.ownCpuSeconds() - generator;
    }

    /**
     * @param nanos how long each {@code Begin} took, in order of size
     * @param behind how long the database took afterwards
     */
    Figures figures(long[] nanos, OptionalDouble behind) throws IOException, InterruptedException {
        long heap = controller.liveMegabytes();
        return new Figures(
                nanos.length == 0 ? OptionalDouble.empty() : OptionalDouble.of(nanos.length / seconds),
                at(nanos, 0.5),
                at(nanos, 0.99),
                cpuSeconds / seconds,
                generatorSeconds / seconds,
                heap,
                controller.megabytes("VmRSS"),
                behind);
    }

    private static OptionalDouble at(long[] sorted, double part) {
        return sorted.length == 0
                ? OptionalDouble.empty()
                : OptionalDouble.of(sorted[(int) (sorted.length * part)] / 1e6);
    }
}
