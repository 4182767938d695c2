import { Module } from '@nestjs/common';
import { transport_registry } from '@fleet/transport_registry';
import { DriverDocumentController } from './documents/document.controller';
import { DocumentService } from './documents/document.service';
import { DocumentStore } from './documents/document.store';
import { DriverExport } from './drivers/driver-export';
import { DriverHistory } from './drivers/driver-history';
import { DriverList } from './drivers/driver-list';
import { DriverMerge } from './drivers/driver-merge';
import { DriverProfiles } from './drivers/driver-profiles';
import { DriverSeal } from './drivers/driver-seal';
import { DriverController } from './drivers/driver.controller';
import { DriverService } from './drivers/driver.service';
import { FeedbackController } from './feedback/feedback.controller';
import { Feedback } from './feedback/feedback.service';
import { DriverFiles } from './files/driver-files';
import { DriverFileController } from './files/file.controller';
import { DriverSelfController } from './me/me.controller';
import { DriverSelf } from './me/me.service';
import { StatusReportController } from './me/status-report.controller';
import { StatusReports } from './me/status-reports';
import { ChecklistController } from './onboarding/checklist.controller';
import { Checklist } from './onboarding/checklist.service';
import { DriverErasure } from './privacy/driver-erasure';
import { ErasureReport } from './privacy/erasure-report';
import { ErasureRequests } from './privacy/erasure-requests';
import { PersonalData } from './privacy/personal-data';
import { PrivacyController } from './privacy/privacy.controller';
import { DriverAt } from './read/driver-at';
import { DriverLookup } from './read/driver-lookup';
import { ScoreInputs } from './scores/score-inputs';
import { ScoreController } from './scores/score.controller';
import { DriverSettingsController } from './settings/setting.controller';
import { DriverSettings } from './settings/setting.service';
import { AssignmentGate } from './shifts/assignment-gate';
import { ShiftCorrections } from './shifts/correction.service';
import { EarlyCheckOuts } from './shifts/early-check-outs';
import { Handover } from './shifts/handover.service';
import { DriverHours } from './shifts/hours.service';
import { ShiftPlanning } from './shifts/planning.service';
import { ShiftController } from './shifts/shift.controller';
import { ShiftStore } from './shifts/shift.store';
import { DocumentExpiry } from './tasks/document-expiry';

const people = [DriverSeal, DriverProfiles, DriverHistory, DriverList, DriverService, DriverMerge, DriverExport, DriverFiles, DriverSettings, Checklist];
const papers = [DocumentStore, DocumentService, DocumentExpiry];
const shifts = [ShiftStore, AssignmentGate, EarlyCheckOuts, Handover, ShiftPlanning, ShiftCorrections, DriverHours];
const judgements = [ScoreInputs, Feedback, StatusReports, DriverSelf];
const privacy = [ErasureReport, DriverErasure, ErasureRequests, PersonalData];

@Module({
  imports: [transport_registry.module],
  controllers: [
    DriverSelfController,
    ShiftController,
    DriverController,
    DriverDocumentController,
    ChecklistController,
    DriverFileController,
    FeedbackController,
    ScoreController,
    StatusReportController,
    PrivacyController,
    DriverSettingsController,
  ],
  providers: [...people, ...papers, ...shifts, ...judgements, ...privacy, DriverAt, DriverLookup],
  exports: [DriverAt, DriverLookup],
})
export class DriverModule {}
