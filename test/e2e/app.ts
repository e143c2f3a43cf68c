import { tocsinApp } from '../../lib/app.ts';

// The same app as every user's, for the account that the emulator stands for.
tocsinApp(
  {
    e2e: {
      account: '000000000000',
      region: 'us-east-1',
      keepData: false,
      alarmEmail: 'illness@example.com',
      email: { from: 'tocsin@example.com', identity: 'tocsin@example.com' },
      sms: { originationNumber: '+15555550190', monthlySpendAlarm: 1 },
      alarms: { all: true, defaultService: 'checkout', services: { 'search-': 'search' } },
      incidentDays: 30,
      logDays: 7,
    },
  },
  'e2e',
).app.synth();
