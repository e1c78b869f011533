import java.io.File;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;
import org.verapdf.pdfa.validation.profiles.Profiles;
import org.verapdf.pdfa.validation.profiles.ValidationProfile;
import org.verapdf.processor.reports.enums.JobEndStatus;

/**
 * Validates PDF files with veraPDF; arguments: flavours joined by commas ("ua1,3a"), then files.
 *
 * Writes lines of fields parted by tabs: number of the file from 0, flavour, and either a broken
 * rule or "checked". A file without the second line was not validated to its end.
 */
public final class VeraCheck {
    private static final String PROFILES = "/org/verapdf/pdfa/validation/";

    public static void main(String[] arguments) throws Exception {
        PrintStream out = new PrintStream(System.out, true, "UTF-8");
        Logger.getLogger("").setLevel(Level.OFF);
        VeraGreenfieldFoundryProvider.initialise();
        Map<PDFAFlavour, ValidationProfile> profiles = new LinkedHashMap<>();
        for (String id : arguments[0].split(",")) {
            profiles.put(PDFAFlavour.byFlavourId(id), profile(id));
        }
        for (int number = 0; number < arguments.length - 1; number++) {
            File file = new File(arguments[number + 1]);
            for (Map.Entry<PDFAFlavour, ValidationProfile> entry : profiles.entrySet()) {
                String head = number + "\t" + entry.getKey().getId() + "\t";
                for (String line : brokenRules(file, entry.getKey(), entry.getValue())) {
                    out.println(head + line.replaceAll("\\s+", " "));
                }
                out.println(head + "checked");
            }
        }
    }

    private static ValidationProfile profile(String id) throws Exception {
        String name = id.startsWith("ua") ? "PDFUA-" + id.substring(2) : "PDFA-" + id.toUpperCase();
        try (InputStream stream = VeraCheck.class.getResourceAsStream(PROFILES + name + ".xml")) {
            return Profiles.profileFromXml(stream);
        }
    }

    /** One line for each broken rule: clause and test, how often, what it says, first place. */
    private static Iterable<String> brokenRules(
            File file, PDFAFlavour flavour, ValidationProfile profile) {
        Map<String, String> lines = new LinkedHashMap<>();
        try (PDFAParser parser = Foundries.defaultInstance().createParser(file, flavour)) {
            PDFAValidator validator = Foundries.defaultInstance().createValidator(profile, false);
            ValidationResult result = validator.validate(parser);
            for (TestAssertion found : result.getTestAssertions()) {
                if (found.getStatus() == TestAssertion.Status.FAILED) {
                    String rule = found.getRuleId().getClause()
                            + "-" + found.getRuleId().getTestNumber();
                    lines.putIfAbsent(rule, rule
                            + " × " + result.getFailedChecks().get(found.getRuleId())
                            + ": " + found.getMessage()
                            + " | " + found.getLocation().getContext());
                }
            }
            if (result.getJobEndStatus() != JobEndStatus.NORMAL) {
                lines.put("end", "the validation ended early: " + result.getJobEndStatus());
            }
            if (lines.isEmpty() && !result.isCompliant()) {
                lines.put("verdict", "not compliant, without a broken rule");
            }
        } catch (Exception problem) {
            lines.put("reading", "cannot be read: " + problem);
        }
        return lines.values();
    }
}
