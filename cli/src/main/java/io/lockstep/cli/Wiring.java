package io.lockstep.cli;

import io.quarkus.picocli.runtime.PicocliCommandLineFactory;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import picocli.CommandLine;

/** What Quarkus cannot find by itself. */
@ApplicationScoped
class Wiring {

    @Produces
    @Singleton
    Surroundings surroundings(@ConfigProperty(name = "quarkus.application.version") String version) {
        return Surroundings.system(version);
    }

    @Produces
    CommandLine commandLine(PicocliCommandLineFactory factory) {
        return Lockstepctl.configure(factory.create());
    }
}
